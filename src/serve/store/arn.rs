//! ARNs of Step Functions: `arn:aws:states:REGION:ACCOUNT:KIND:NAME...`, taken apart.

/// What an ARN names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::serve) enum Kind {
    /// A machine, or with something behind its name a version, an alias or a Map state of it.
    Machine,
    /// An execution of a Standard machine.
    Execution,
    /// An execution of an Express machine.
    Express,
    /// An activity.
    Activity,
    /// A Map Run.
    MapRun,
}

/// An ARN in its parts.
#[derive(Debug, Clone, Copy)]
pub(in crate::serve) struct Arn<'a> {
    /// The whole of it.
    pub(in crate::serve) text: &'a str,
    /// What it names.
    pub(in crate::serve) kind: Kind,
    /// What stands behind the kind: the name, and for some kinds more behind a colon or slash.
    pub(in crate::serve) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart.
    ///
    /// # Errors
    /// What is wrong with it, in AWS's words where they were recorded: those of the prefix.
    pub(in crate::serve) fn parse(text: &'a str) -> Result<Arn<'a>, String> {
        let mut parts = text.splitn(7, ':');
        if parts.next() != Some("arn") {
            return Err(format!("Invalid ARN prefix: {text}"));
        }
        let mut part = |what: &str| {
            let part = parts.next().filter(|part| !part.is_empty());
            part.ok_or_else(|| format!("Invalid ARN, it has no {what}: {text}"))
        };
        let (partition, service) = (part("partition")?, part("service")?);
        if !partition.starts_with("aws") || service != "states" {
            return Err(format!("Invalid ARN, it is not one of Step Functions: {text}"));
        }
        let (_region, _account) = (part("region")?, part("account")?);
        let kind = match part("resource type")? {
            "stateMachine" => Kind::Machine,
            "execution" => Kind::Execution,
            "express" => Kind::Express,
            "activity" => Kind::Activity,
            "mapRun" => Kind::MapRun,
            other => return Err(not_here(other)),
        };
        let resource = part("resource name")?;
        Ok(Arn { text, kind, resource })
    }

    /// The ARN of the machine, and what stands behind it: the number of a version, the name of an alias; with a slash
    /// before it the label of a Map state.
    pub(in crate::serve) fn machine(&self) -> (&'a str, Option<&'a str>) {
        match self.resource.find([':', '/']) {
            Some(at) => {
                let end = self.text.len() - self.resource.len() + at;
                let skip = usize::from(self.text.as_bytes()[end] == b':');
                (&self.text[..end], Some(&self.text[end + skip..]))
            }
            None => (self.text, None),
        }
    }

    /// The same, if it is of one of these kinds.
    ///
    /// # Errors
    /// AWS's words for an ARN of something else, as users quote them in public issues.
    pub(in crate::serve) fn of(self, kinds: &[Kind]) -> Result<Self, String> {
        match kinds.contains(&self.kind) {
            true => Ok(self),
            false => Err(not_here(self.kind.name())),
        }
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Machine => "stateMachine",
            Kind::Execution => "execution",
            Kind::Express => "express",
            Kind::Activity => "activity",
            Kind::MapRun => "mapRun",
        }
    }
}

fn not_here(kind: &str) -> String {
    format!("Resource type not valid in this context: {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_taken_apart() {
        let arn = Arn::parse("arn:aws:states:eu-west-1:1:stateMachine:m:2").expect("an ARN");
        assert_eq!((arn.kind, arn.resource), (Kind::Machine, "m:2"));
        assert_eq!(
            arn.machine(),
            ("arn:aws:states:eu-west-1:1:stateMachine:m", Some("2"))
        );
        let arn = Arn::parse("arn:aws:states:eu-west-1:1:stateMachine:m/label").expect("an ARN");
        assert_eq!(
            arn.machine(),
            ("arn:aws:states:eu-west-1:1:stateMachine:m", Some("/label"))
        );
        let arn = Arn::parse("arn:aws-cn:states:r:1:execution:m:e").expect("an ARN");
        assert_eq!((arn.kind, arn.resource), (Kind::Execution, "m:e"));
    }

    #[test]
    fn what_is_no_arn_is_said() {
        for (text, words) in [
            ("machine", "Invalid ARN prefix: machine"),
            ("", "Invalid ARN prefix: "),
            ("arn", "Invalid ARN, it has no partition: arn"),
            (
                "arn:aws:states:r:1:thing:x",
                "Resource type not valid in this context: thing",
            ),
        ] {
            assert_eq!(Arn::parse(text).err().as_deref(), Some(words));
        }
        assert!(Arn::parse("arn:aws:lambda:r:1:function:f").is_err());
        let execution = Arn::parse("arn:aws:states:r:1:execution:m:e").expect("an ARN");
        let words = "Resource type not valid in this context: execution";
        assert_eq!(execution.of(&[Kind::Machine]).err().as_deref(), Some(words));
    }
}
