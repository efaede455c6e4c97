package plugin

import (
	"reflect"
	"strings"
	"sync"

	"corewarden/corefile"
)

// A View is the use of view.
type View struct {
	// Token is the name of the plugin, and Name that of the view.
	Token corefile.Token
	Name  string
	// Expressions are what a query has to meet, each with its first word.
	Expressions []Expression
}

// An Expression is one of expr-lang, as CoreDNS compiles it.
type Expression struct {
	Token corefile.Token
	Text  string
}

// view reads: view NAME { expr EXPRESSION }.
func view(p *Parser) error {
	return p.once(func() error {
		v := &View{Token: p.Token()}
		args := p.RemainingArgs()
		if len(args) != 1 {
			return p.argErr("view NAME")
		}
		v.Name = args[0].Text
		p.Settings.View = v
		environment := sync.OnceValue(queryEnvironment)
		return p.block(properties{
			{name: "expr", usage: "EXPRESSION", read: func() error { return p.viewExpression(v, environment()) }},
		})
	})
}

// viewExpression reads: expr EXPRESSION. Only true lets a query into the view.
func (p *Parser) viewExpression(v *View, environment map[string]any) error {
	words := p.RemainingArgs()
	if len(words) == 0 {
		return p.argErr("expr EXPRESSION")
	}
	v.Expressions = append(v.Expressions, Expression{words[0], strings.Join(texts(words), " ")})
	result, err := p.expression(words, environment)
	if err == nil && result != nil && result.Kind() != reflect.Bool && result.Kind() != reflect.Interface {
		p.warnAt(words[0], RuleInvalidValue, "the expression has type %s and is never true, so no query reaches this view. Compare it with something", result)
	}
	return err
}
