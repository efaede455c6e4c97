package plugin

import (
	"reflect"
	"regexp"
	"strings"
	"sync"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/parser"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// variables are what the expressions of a template may use: what CoreDNS provides, and
// the variables that are defined so far.
type variables struct {
	p           *Parser
	environment map[string]any
	unknown     bool // the name of one is
	// defined are the variables, and conditions the other expressions.
	defined, conditions []Condition
}

func (p *Parser) newVariables() *variables {
	return &variables{p: p}
}

// types returns the types of what an expression may use.
func (v *variables) types() map[string]any {
	if v.environment == nil {
		v.environment = reader.QueryEnvironment()
		v.environment["group"] = func(any) string { return "" }
	}
	return v.environment
}

var variableName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
})

// define reads: var NAME EXPRESSION.
func (v *variables) define() error {
	args := v.p.RemainingArgs()
	if len(args) < 2 {
		return v.p.ArgErr("var NAME EXPRESSION")
	}
	name := args[0].Text
	v.defined = append(v.defined, Condition{name, strings.Join(reader.Texts(args[1:]), " ")})
	if v.unknown = v.unknown || v.p.Hidden(args[0]); v.unknown || v.p.Nameless {
		return nil
	}
	if !variableName().MatchString(name) {
		return v.p.ErrorAt(args[0], reader.RuleInvalidValue, "%s cannot be a variable name. Use letters, digits and underscores, and no digit first", corefile.Quote(name))
	}
	_, provided := v.types()[name]
	_, function := builtin.Index[name]
	if provided || function || !isIdentifier(name) {
		return v.p.ErrorAt(args[0], reader.RuleInvalidValue, "the name %s is taken. Choose another name for the variable", corefile.Quote(name))
	}
	value, err := v.p.Expression(args[1:], v.types())
	if err != nil {
		return err
	}
	if value == nil || value.Kind() == reflect.Interface {
		v.environment[name] = new(any)
	} else {
		v.environment[name] = reflect.Zero(value).Interface()
	}
	return nil
}

// isIdentifier reports whether expr-lang takes the name for one, and not for a keyword.
func isIdentifier(name string) bool {
	tree, err := parser.Parse(name)
	if err != nil {
		return false
	}
	node, ok := tree.Node.(*ast.IdentifierNode)
	return ok && node.Value == name
}

// condition reads: expr EXPRESSION.
func (v *variables) condition() error {
	args := v.p.RemainingArgs()
	if len(args) == 0 {
		return v.p.ArgErr("expr EXPRESSION")
	}
	v.conditions = append(v.conditions, Condition{Text: strings.Join(reader.Texts(args), " ")})
	if v.unknown || v.p.Nameless { // a hidden property may define a variable
		return nil
	}
	_, err := v.p.Expression(args, v.types())
	return err
}
