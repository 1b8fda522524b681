//! A ZIP archive of files as they are, not compressed: what every system opens, in a few lines.

/// Bit 11: names are UTF-8.
const UTF8: u16 = 1 << 11;
/// 1 January 1980: archives of the same content are the same.
const DATE: u16 = (1 << 5) | 1;
const VERSION: u16 = 20;

/// Names are plain and different; the whole is below 4 GiB.
pub fn stored(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let place = size(archive.len());
        let facts = facts(name, content);
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&facts);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02");
        directory.extend_from_slice(&VERSION.to_le_bytes());
        directory.extend_from_slice(&facts);
        // No comment, disk 0, no attributes.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&place.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (count, place) = (u16::try_from(files.len()).unwrap_or(u16::MAX), size(archive.len()));
    let length = size(directory.len());
    archive.append(&mut directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&count.to_le_bytes());
    archive.extend_from_slice(&count.to_le_bytes());
    archive.extend_from_slice(&length.to_le_bytes());
    archive.extend_from_slice(&place.to_le_bytes());
    archive.extend_from_slice(&[0; 2]);
    archive
}

/// What stands in both headers of a file, from the version that opens it to the length of what stands beside its name.
fn facts(name: &str, content: &[u8]) -> Vec<u8> {
    let mut facts = Vec::with_capacity(26);
    for number in [VERSION, UTF8, 0, 0, DATE] {
        facts.extend_from_slice(&number.to_le_bytes());
    }
    for number in [checksum(content), size(content.len()), size(content.len())] {
        facts.extend_from_slice(&number.to_le_bytes());
    }
    let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
    facts.extend_from_slice(&length.to_le_bytes());
    facts.extend_from_slice(&[0; 2]);
    facts
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// CRC-32, as the format has it.
fn checksum(content: &[u8]) -> u32 {
    let sum = content.iter().fold(u32::MAX, |sum, byte| {
        let [low, ..] = sum.to_le_bytes();
        (sum >> 8) ^ TABLE[usize::from(low ^ byte)]
    });
    !sum
}

static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let (mut place, mut start) = (0, 0_u32);
    while place < 256 {
        let (mut sum, mut bit) = (start, 0);
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
            bit += 1;
        }
        table[place] = sum;
        place += 1;
        start += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_the_published_one() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn every_file_is_found_by_the_directory_at_the_end() {
        let files = [("a.json".to_owned(), b"[1]".to_vec()), ("b.json".to_owned(), b"{}".to_vec())];
        let archive = stored(&files);
        let end = archive.len() - 22;
        let number = |at: usize| {
            let bytes: [u8; 4] = archive[at..at + 4].try_into().expect("four bytes");
            usize::try_from(u32::from_le_bytes(bytes)).expect("a size")
        };
        assert_eq!((&archive[end..end + 4], archive[end + 10]), (b"PK\x05\x06".as_slice(), 2));
        let (length, directory) = (number(end + 12), number(end + 16));
        assert_eq!(directory + length, end);
        let mut entry = directory;
        for (name, content) in &files {
            assert_eq!(&archive[entry..entry + 4], b"PK\x01\x02");
            let (place, size) = (number(entry + 42), number(entry + 24));
            assert_eq!(&archive[entry + 46..entry + 46 + name.len()], name.as_bytes());
            let start = place + 30 + name.len();
            assert_eq!(&archive[start..start + size], content.as_slice());
            entry += 46 + name.len();
        }
    }
}
