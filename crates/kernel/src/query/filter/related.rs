//! Conditions about the rows that refer to a row: whether there is one, whether each is so, how many there are.
//!
//! *Not* a path to one row (`filter`). Invariant: only rows that the actor may read exist and count.

use odata::{Expr as Ast, Path, Quantifier};
use sea_query::{Alias, Expr, ExprTrait, Func, JoinType, SelectStatement, SubQueryStatement};

use super::{Compiler, Scope, meet, readable};
use crate::{
    Error, Result, access,
    access::{Privilege, columns::Act},
    metadata::Entity,
};

/// The rows behind a collection: a statement that selects nothing yet, their entity, and the alias of its table.
type Related<'e> = (SelectStatement, &'e Entity, String);

impl<'r> Compiler<'r, '_> {
    pub(super) fn lambda(
        &self,
        scope: &Scope<'_>,
        path: &Path,
        quantifier: Quantifier,
        variable: Option<&str>,
        predicate: Option<&Ast>,
    ) -> Result<Expr> {
        let (mut select, child, alias) = self.related(scope, path)?;
        select.expr(Expr::val(1));
        if let (Some(variable), Some(predicate)) = (variable, predicate) {
            let variables = scope.variables.clone();
            let mut inner = Scope { entity: child, alias: alias.clone(), variables, links: scope.links };
            inner.variables.push((variable.to_owned(), child, alias));
            let condition = self.boolean(&inner, predicate)?;
            select.and_where(if quantifier == Quantifier::All { condition.not() } else { condition });
        }
        Ok(if quantifier == Quantifier::All { Expr::not_exists(select) } else { Expr::exists(select) })
    }

    pub(super) fn related_count(&self, scope: &Scope<'_>, path: &Path, filter: Option<&Ast>) -> Result<Expr> {
        let (mut select, child, alias) = self.related(scope, path)?;
        select.expr(Func::count(Expr::col((Alias::new(&alias), Alias::new(&child.key)))));
        if let Some(filter) = filter {
            let inner = Scope { entity: child, alias, variables: scope.variables.clone(), links: scope.links };
            select.and_where(self.boolean(&inner, filter)?);
        }
        Ok(Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(select))))
    }

    fn related<'e>(&self, scope: &Scope<'e>, path: &Path) -> Result<Related<'e>>
    where
        'r: 'e,
    {
        let model = &self.rx.model;
        let (owner, outer, navigation) = match path.0.as_slice() {
            [navigation] => (scope.entity, scope.alias.as_str(), navigation),
            [first, navigation] => {
                let variable = scope.variables.iter().rev().find(|(name, ..)| name == first);
                let (_, entity, alias) = variable.ok_or_else(|| follows_one(path))?;
                (*entity, alias.as_str(), navigation)
            }
            _ => return Err(follows_one(path)),
        };
        let cell = |alias: &str, name: &str| Expr::col((Alias::new(alias), Alias::new(name)));
        let alias = self.alias();
        let mut select = SelectStatement::new();
        let child = if let Some(link) = scope.links.iter().find(|it| it.name == *navigation) {
            let child = model.entity(&link.entity)?;
            select.from_as(Alias::new(&child.name), Alias::new(&alias)).and_where(meet(
                self.rx,
                (child, &alias, &link.from),
                (owner, outer, &link.to),
            )?);
            child
        } else if let Some((child, lookup)) = model.collection(&owner.name, navigation) {
            access::columns::check(self.rx, child, lookup, Act::Read)?;
            select
                .from_as(Alias::new(&child.name), Alias::new(&alias))
                .and_where(cell(&alias, &lookup.name).equals((Alias::new(outer), Alias::new(&owner.key))));
            if lookup.is_polymorphic() {
                select.and_where(cell(&alias, &lookup.entity_column()).eq(owner.name.as_str()));
            }
            child
        } else {
            let through = model.many_to_many(&owner.name, navigation);
            let through = through.ok_or_else(|| model.no_column(&owner.name, navigation))?;
            access::check(self.rx, through.intersect, Privilege::Read)?;
            let links = self.alias();
            select
                .from_as(Alias::new(&through.other.name), Alias::new(&alias))
                .join_as(
                    JoinType::InnerJoin,
                    Alias::new(&through.intersect.name),
                    Alias::new(&links),
                    cell(&links, &through.far.name).eq(cell(&alias, &through.other.key)),
                )
                .and_where(cell(&links, &through.near.name).equals((Alias::new(outer), Alias::new(&owner.key))));
            through.other
        };
        if let Some(readable) = readable(self.rx, child, &alias)? {
            select.and_where(readable);
        }
        Ok((select, child, alias))
    }
}

fn follows_one(path: &Path) -> Error {
    Error::invalid(path.to_string(), "any, all and $count follow one collection, of the row or of a variable")
}
