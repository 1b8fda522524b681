//! The steps of a deletion, in their order: what others see first, what only we keep last.

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Every copy knows that the account is gone.
    Tell,
    /// The grace is over: there is no way back.
    End,
    /// Who kept whom away. Before the ties that this held apart are gone, and never after them.
    Safety,
    /// Ties, circles, posts and faces.
    Social,
    /// What he is told, and others of him.
    Inbox,
    /// Name, address and credentials, and what is remembered of them here.
    Erase,
    /// The last letter.
    Farewell,
}

impl Step {
    pub const ALL: [Self; 7] =
        [Self::Tell, Self::End, Self::Safety, Self::Social, Self::Inbox, Self::Erase, Self::Farewell];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tell => "tell",
            Self::End => "end",
            Self::Safety => "safety",
            Self::Social => "social",
            Self::Inbox => "inbox",
            Self::Erase => "erase",
            Self::Farewell => "farewell",
        }
    }

    /// `None` = a step of another release.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }

    /// `None`: this is the last.
    pub fn next(self) -> Option<Self> {
        let place = Self::ALL.iter().position(|step| *step == self)?;
        Self::ALL.get(place + 1).copied()
    }

    /// Where a test stops a run: the step is done, and not recorded.
    pub const fn point(self) -> &'static str {
        match self {
            Self::Tell => "auth.deletion.tell",
            Self::End => "auth.deletion.end",
            Self::Safety => "auth.deletion.safety",
            Self::Social => "auth.deletion.social",
            Self::Inbox => "auth.deletion.inbox",
            Self::Erase => "auth.deletion.erase",
            Self::Farewell => "auth.deletion.farewell",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_leads_to_the_next_and_the_letter_comes_last() {
        let mut steps = vec![Step::Tell];
        while let Some(next) = steps.last().and_then(|step| step.next()) {
            steps.push(next);
        }
        assert_eq!(steps, Step::ALL);
        assert!(Step::ALL.into_iter().all(|step| Step::parse(step.as_str()) == Some(step)));
        assert_eq!(Step::parse("dance"), None);
    }
}
