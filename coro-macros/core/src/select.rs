//! The arms of a `select!`, the runtime's or tokio's: what their patterns bind is theirs.
//!
//! ```text
//!   select! { biased; pattern = future, if condition => value, else => value }
//! ```
use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Pat, Token, token};

syn::custom_keyword!(biased);

/// What is between the braces.
pub(crate) struct Select {
    pub(crate) is_biased: Option<(biased, Token![;])>,
    pub(crate) arms: Vec<Arm>,
    /// The value if all arms are disabled.
    pub(crate) otherwise: Option<Expr>,
    comma: Option<Token![,]>,
}

/// One arm.
pub(crate) struct Arm {
    pub(crate) pat: Pat,
    pub(crate) future: Expr,
    pub(crate) condition: Option<Expr>,
    pub(crate) value: Expr,
    comma: Option<Token![,]>,
}

impl Parse for Select {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut select = Select {
            is_biased: None,
            arms: Vec::new(),
            otherwise: None,
            comma: None,
        };
        if input.peek(biased) && input.peek2(Token![;]) {
            select.is_biased = Some((input.parse()?, input.parse()?));
        }
        while !input.is_empty() {
            if input.peek(Token![else]) {
                input.parse::<Token![else]>()?;
                let (otherwise, comma) = value(input)?;
                (select.otherwise, select.comma) = (Some(otherwise), comma);
                break;
            }
            select.arms.push(input.parse()?);
        }
        Ok(select)
    }
}

impl Parse for Arm {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        let future = input.parse()?;
        let condition = match input.parse::<Option<Token![,]>>()? {
            Some(_) => {
                input.parse::<Token![if]>()?;
                Some(input.parse()?)
            }
            None => None,
        };
        let (value, comma) = value(input)?;
        Ok(Arm {
            pat,
            future,
            condition,
            value,
            comma,
        })
    }
}

/// The value of an arm, and the comma that ends it unless it is a block.
fn value(input: ParseStream<'_>) -> syn::Result<(Expr, Option<Token![,]>)> {
    input.parse::<Token![=>]>()?;
    let is_block = input.peek(token::Brace);
    let value = if is_block {
        Expr::Block(input.parse()?)
    } else {
        input.parse()?
    };
    let comma: Option<Token![,]> = input.parse()?;
    if comma.is_none() && !is_block && !input.is_empty() {
        return Err(input.error("a comma"));
    }
    Ok((value, comma))
}

impl ToTokens for Select {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let Some((biased, semicolon)) = &self.is_biased {
            tokens.append_all(quote!(#biased #semicolon));
        }
        for Arm {
            pat,
            future,
            condition,
            value,
            comma,
        } in &self.arms
        {
            let condition = condition.iter();
            tokens.append_all(quote!(#pat = #future #(, if #condition)* => #value #comma));
        }
        if let Some(otherwise) = &self.otherwise {
            let comma = &self.comma;
            tokens.append_all(quote!(else => #otherwise #comma));
        }
    }
}
