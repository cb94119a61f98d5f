//! A PromQL expression: the series that it selects, the labels that it uses, and whether it can have a value at all.

use std::collections::BTreeSet;

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::token::{T_LOR, T_LUNLESS};
use promql_parser::parser::{self, BinaryExpr, Expr, LabelModifier, VectorSelector};

/// Functions that want counters.
const OF_COUNTERS: [&str; 4] = ["rate", "irate", "increase", "resets"];

/// An expression that was understood.
#[derive(Debug)]
pub struct Query {
    expression: Expr,
}

/// An expression that Prometheus would refuse, and with it the whole file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct QueryError {
    reason: String,
}

/// Series that an expression selects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selected {
    /// The name, or the pattern of names where it is given by `__name__=~`.
    pub name: Name,
    /// The selector as it can be asked for, without offset.
    pub selector: String,
    /// Labels that it matches on.
    pub labels: Vec<String>,
    /// The function that reads it as a counter, if one does.
    pub counter: Option<&'static str>,
}

/// How series are named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// By their name.
    Exactly(String),
    /// By a regular expression.
    Matching(String),
    /// Not at all.
    Any,
}

impl Query {
    /// Reads an expression.
    ///
    /// # Errors
    /// It is none. The message says what was found, and where.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        match parser::parse(text) {
            Ok(expression) => Ok(Self { expression }),
            Err(reason) => Err(QueryError { reason: reason.trim().to_owned() }),
        }
    }

    /// Every selection, each once.
    pub fn selected(&self) -> BTreeSet<Selected> {
        let mut found = BTreeSet::new();
        visit(&self.expression, None, &mut |selector, counter| {
            found.insert(selected(selector, counter));
        });
        found
    }

    /// The labels that it groups and matches by, outside of selectors.
    pub fn labels(&self) -> BTreeSet<String> {
        let mut labels = BTreeSet::new();
        grouped(&self.expression, &mut labels);
        labels
    }

    /// Whether it can have a value, when `exists` says which selections have series.
    pub fn can_have_value(&self, exists: &dyn Fn(&Selected) -> bool) -> bool {
        valued(&self.expression, exists)
    }
}

fn selected(selector: &VectorSelector, counter: Option<&'static str>) -> Selected {
    let matchers = &selector.matchers.matchers;
    let of_name = matchers.iter().find(|matcher| matcher.name == "__name__");
    let name = match (&selector.name, of_name) {
        (Some(name), _) => Name::Exactly(name.clone()),
        (None, Some(Matcher { op: MatchOp::Equal, value, .. })) => Name::Exactly(value.clone()),
        (None, Some(Matcher { op: MatchOp::Re(_), value, .. })) => Name::Matching(value.clone()),
        _ => Name::Any,
    };
    let labels = matchers.iter().map(|matcher| matcher.name.clone()).filter(|name| name != "__name__");
    let plain = VectorSelector { offset: None, at: None, ..selector.clone() };
    Selected { name, selector: plain.to_string(), labels: labels.collect(), counter }
}

fn visit(
    expression: &Expr,
    counter: Option<&'static str>,
    see: &mut dyn FnMut(&VectorSelector, Option<&'static str>),
) {
    match expression {
        Expr::VectorSelector(selector) => see(selector, None),
        Expr::MatrixSelector(matrix) => see(&matrix.vs, counter),
        Expr::Call(call) => {
            let counter = OF_COUNTERS.iter().copied().find(|name| *name == call.func.name);
            call.args.args.iter().for_each(|argument| visit(argument, counter, see));
        }
        Expr::Subquery(query) => visit(&query.expr, None, see),
        _ => children(expression).into_iter().for_each(|child| visit(child, counter, see)),
    }
}

fn children(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::Aggregate(aggregate) => {
            std::iter::once(&*aggregate.expr).chain(aggregate.param.as_deref()).collect()
        }
        Expr::Unary(unary) => vec![&unary.expr],
        Expr::Binary(BinaryExpr { lhs, rhs, .. }) => vec![lhs, rhs],
        Expr::Paren(paren) => vec![&paren.expr],
        Expr::Subquery(query) => vec![&query.expr],
        Expr::Call(call) => call.args.args.iter().map(|argument| &**argument).collect(),
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::VectorSelector(_)
        | Expr::MatrixSelector(_)
        | Expr::Extension(_) => Vec::new(),
    }
}

fn grouped(expression: &Expr, labels: &mut BTreeSet<String>) {
    let modifier = match expression {
        Expr::Aggregate(aggregate) => aggregate.modifier.as_ref(),
        Expr::Binary(binary) => binary.modifier.as_ref().and_then(|modifier| modifier.matching.as_ref()),
        _ => None,
    };
    if let Some(LabelModifier::Include(included)) = modifier {
        labels.extend(included.labels.iter().cloned());
    }
    children(expression).into_iter().for_each(|child| grouped(child, labels));
}

fn valued(expression: &Expr, exists: &dyn Fn(&Selected) -> bool) -> bool {
    match expression {
        Expr::VectorSelector(selector) => exists(&selected(selector, None)),
        Expr::MatrixSelector(matrix) => exists(&selected(&matrix.vs, None)),
        Expr::Call(call) if call.func.name.starts_with("absent") => true,
        Expr::Binary(binary) => {
            let (left, right) = (valued(&binary.lhs, exists), valued(&binary.rhs, exists));
            match binary.op.id() {
                T_LOR => left || right,
                T_LUNLESS => left,
                _ => left && right,
            }
        }
        Expr::Extension(_) => true,
        _ => children(expression).into_iter().all(|child| valued(child, exists)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn can(expression: &str, there: &[&str]) -> bool {
        Query::parse(expression).unwrap().can_have_value(&|selected| match &selected.name {
            Name::Exactly(name) => there.contains(&name.as_str()),
            _ => false,
        })
    }

    #[test]
    fn a_value_needs_its_series() {
        for (expression, there, expected) in [
            ("a > 0", &["a"][..], true),
            ("a > 0", &[], false),
            ("a or b", &["b"], true),
            ("a and b", &["b"], false),
            ("a unless b", &["a"], true),
            ("a unless b", &["b"], false),
            ("a / b > 0.5", &["a"], false),
            ("sum by (x) (rate(a[5m])) > 3", &["a"], true),
            ("absent(a)", &[], true),
            ("time() - a > 5", &[], false),
            ("1 - vector(2)", &[], true),
        ] {
            assert_eq!(can(expression, there), expected, "{expression} with {there:?}");
        }
    }

    #[test]
    fn selections_say_what_they_need() {
        let query = Query::parse(
            "sum by (job_name) (increase(a{x=\"1\"}[5m] offset 1h)) / on (y) {__name__=~\"b.+\"}",
        )
        .unwrap();
        let found: Vec<Selected> = query.selected().into_iter().collect();
        assert_eq!(found[0].name, Name::Exactly("a".to_owned()));
        assert_eq!((found[0].selector.as_str(), found[0].counter), ("a{x=\"1\"}", Some("increase")));
        assert_eq!(found[0].labels, ["x"]);
        assert_eq!(found[1].name, Name::Matching("b.+".to_owned()));
        assert_eq!(query.labels().into_iter().collect::<Vec<_>>(), ["job_name", "y"]);
        let error = Query::parse("taskmanager_Status.JVM.Memory.Heap.Used > 0.85").unwrap_err();
        assert!(!error.to_string().is_empty());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z0-9_{}()\\[\\]\"'.,:=~!<>+*/ %^-]{0,60}") {
            if let Ok(query) = Query::parse(&text) {
                let _ = (query.selected(), query.labels(), query.can_have_value(&|_| true));
            }
        }
    }
}
