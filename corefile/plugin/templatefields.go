package plugin

import (
	"slices"
	"strings"
	"text/template/parse"

	"corewarden/corefile"
)

// templateFields are what a template may take from a query. Var is new in CoreDNS 1.15.0.
var templateFields = []string{"Class", "Group", "Match", "Message", "Meta", "Name", "Question", "Regex", "Remote", "Type", "Var", "Zone"}

// warnNoField warns of a field that templates do not have: CoreDNS finds out when it answers.
func (p *Parser) warnNoField(text corefile.Token, tree *parse.Tree) {
	fields := templateFields
	if !p.since("1.15.0") {
		fields = slices.DeleteFunc(slices.Clone(fields), func(name string) bool { return name == "Var" })
	}
	unknown := ""
	eachField(tree.Root, func(name string) {
		if unknown == "" && !slices.Contains(fields, name) {
			unknown = name
		}
	})
	if unknown == "" {
		return
	}
	remedy := "Use " + oneOf(fields)
	if at := slices.IndexFunc(fields, func(name string) bool { return strings.EqualFold(name, unknown) }); at >= 0 {
		remedy = "Names of fields begin with a capital letter: ." + fields[at]
	} else if nearest := corefile.Nearest(unknown, fields); nearest != "" {
		remedy = "Write ." + nearest
	}
	p.warnAt(text, RuleIgnored, "the template has no field %s, so every query that it matches fails. %s", corefile.Quote("."+unknown), remedy)
}

// eachField calls found with the name of each field of the query that a template takes. Inside
// with and range, the dot is something else, so only fields of $ count.
func eachField(node parse.Node, found func(name string)) {
	all := func(nodes ...parse.Node) {
		for _, n := range nodes {
			eachField(n, found)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			all(n.Nodes...)
		}
	case *parse.ActionNode:
		all(n.Pipe)
	case *parse.IfNode:
		all(n.Pipe, n.List, n.ElseList)
	case *parse.WithNode:
		all(n.Pipe, n.ElseList)
	case *parse.RangeNode:
		all(n.Pipe, n.ElseList)
	case *parse.PipeNode:
		for _, command := range n.Cmds {
			all(command.Args...)
		}
	case *parse.ChainNode:
		all(n.Node)
	case *parse.FieldNode:
		found(n.Ident[0])
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			found(n.Ident[1])
		}
	}
}
