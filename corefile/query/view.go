package query

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
)

// A viewProgram is a compiled expression of a view, or nil where it is not for us to run.
type viewProgram = *vm.Program

// viewPrograms compiles the expressions of a view.
func viewPrograms(v *plugin.View, tokens []corefile.Token) []viewProgram {
	programs := make([]viewProgram, len(v.Expressions))
	if slices.ContainsFunc(tokens, corefile.Token.DependsOnEnvironment) {
		return programs
	}
	for i, e := range v.Expressions {
		programs[i] = compiled(e.Text, (&asking{}).environment())
	}
	return programs
}

// compiled returns an expression ready to run, or nil.
func compiled(text string, environment map[string]any, more ...expr.Option) viewProgram {
	program, err := expr.Compile(text, append([]expr.Option{expr.Env(environment), expr.DisableBuiltin("type"), expr.Optimize(false)}, more...)...)
	if err != nil {
		return nil
	}
	simple := &simplicity{yes: true}
	node := program.Node()
	if ast.Walk(&node, simple); !simple.yes {
		return nil
	}
	return program
}

// simplicity is whether an expression is made of comparisons alone, which take no time.
type simplicity struct{ yes bool }

// Visit looks at a part of the expression.
func (s *simplicity) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.BoolNode, *ast.StringNode, *ast.IntegerNode, *ast.IdentifierNode, *ast.UnaryNode, *ast.ArrayNode, *ast.CallNode, *ast.ConditionalNode:
	case *ast.BinaryNode:
		s.yes = s.yes && n.Operator != ".." && n.Operator != "**" && n.Operator != "^"
	default:
		s.yes = false
	}
}

// taken reports whether a view takes a question. It is not sure where that takes more than the
// question.
func taken(programs []viewProgram, q question) (takes, sure bool) {
	sure = true
	for _, program := range programs {
		if program == nil {
			sure = false
			continue
		}
		asks := &asking{question: q}
		result, err := expr.Run(program, asks.environment())
		switch yes, is := result.(bool); {
		case asks.more:
			sure = false
		case err != nil || !is || !yes: // one is enough
			return false, true
		}
	}
	return true, sure
}

// asking is what an expression learns of a question. More tells that it has asked for something
// else as well.
type asking struct {
	question
	more bool
}

// environment returns what an expression may use, as CoreDNS's package expression has it.
func (a *asking) environment() map[string]any {
	text := func() string { a.more = true; return "" }
	number := func() int { a.more = true; return 0 }
	return map[string]any{
		"type":        func() string { return typeName(a.typ) },
		"name":        func() string { return a.lower() },
		"class":       func() string { return dns.Class(a.class).String() },
		"incidr":      func(_, _ string) (bool, error) { a.more = true; return false, nil },
		"metadata":    func(string) string { a.more = true; return "" },
		"proto":       text,
		"client_ip":   text,
		"port":        text,
		"server_ip":   text,
		"server_port": text,
		"size":        number,
		"id":          number,
		"bufsize":     number,
		"opcode":      func() int { return dns.OpcodeQuery },
		"do":          func() bool { a.more = true; return false },
	}
}

// NeverMet returns the first expression of a view that compares the name with texts that no name
// is like: names are in small letters and end with a dot.
func NeverMet(v *plugin.View) (plugin.Expression, bool) {
	i := slices.IndexFunc(v.Expressions, func(e plugin.Expression) bool {
		tree, err := parser.Parse(e.Text)
		return err == nil && !e.Token.DependsOnEnvironment() && neverMet(tree.Node)
	})
	if i < 0 {
		return plugin.Expression{}, false
	}
	return v.Expressions[i], true
}

func neverMet(node ast.Node) bool {
	compared, ok := node.(*ast.BinaryNode)
	if !ok {
		return false
	}
	switch compared.Operator {
	case "&&", "and":
		return neverMet(compared.Left) || neverMet(compared.Right)
	case "||", "or":
		return neverMet(compared.Left) && neverMet(compared.Right)
	case "==", "in", "endsWith":
		call, ok := compared.Left.(*ast.CallNode)
		if !ok || call.Callee.String() != "name" {
			return false
		}
		texts := []ast.Node{compared.Right}
		if array, is := compared.Right.(*ast.ArrayNode); is {
			texts = array.Nodes
		}
		return !slices.ContainsFunc(texts, mayEndAName)
	}
	return false
}

func mayEndAName(node ast.Node) bool {
	text, ok := node.(*ast.StringNode)
	return !ok || text.Value == "" || strings.HasSuffix(text.Value, ".") && text.Value == strings.ToLower(text.Value)
}
