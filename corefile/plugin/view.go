package plugin

import (
	"reflect"
	"sync"
)

// view reads: view NAME { expr EXPRESSION }.
func view(p *Parser) error {
	return p.once(func() error {
		if len(p.RemainingArgs()) != 1 {
			return p.argErr("view NAME")
		}
		environment := sync.OnceValue(queryEnvironment)
		return p.block(properties{
			{name: "expr", usage: "EXPRESSION", read: func() error { return p.viewExpression(environment()) }},
		})
	})
}

// viewExpression reads: expr EXPRESSION. Only true lets a query into the view.
func (p *Parser) viewExpression(environment map[string]any) error {
	words := p.RemainingArgs()
	if len(words) == 0 {
		return p.argErr("expr EXPRESSION")
	}
	result, err := p.expression(words, environment)
	if err == nil && result != nil && result.Kind() != reflect.Bool && result.Kind() != reflect.Interface {
		p.warnAt(words[0], RuleInvalidValue, "the expression has type %s and is never true, so no query reaches this view. Compare it with something", result)
	}
	return err
}
