package plugin

import (
	"reflect"
	"strings"
	"sync"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
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
	return p.Once(func() error {
		v := &View{Token: p.Token()}
		args := p.RemainingArgs()
		if len(args) != 1 {
			return p.ArgErr("view NAME")
		}
		v.Name = args[0].Text
		p.Settings.View = v
		environment := sync.OnceValue(reader.QueryEnvironment)
		return p.ReadBlock(reader.Properties{
			{Name: "expr", Usage: "EXPRESSION", Read: func() error { return p.viewExpression(v, environment()) }},
		})
	})
}

// viewExpression reads: expr EXPRESSION. Only true lets a query into the view.
func (p *Parser) viewExpression(v *View, environment map[string]any) error {
	words := p.RemainingArgs()
	if len(words) == 0 {
		return p.ArgErr("expr EXPRESSION")
	}
	v.Expressions = append(v.Expressions, Expression{words[0], strings.Join(reader.Texts(words), " ")})
	result, err := p.Expression(words, environment)
	if err == nil && result != nil && result.Kind() != reflect.Bool && result.Kind() != reflect.Interface {
		p.WarnAt(words[0], reader.RuleInvalidValue, "the expression has type %s and is never true, so no query reaches this view. Compare it with something", result)
	}
	return err
}
