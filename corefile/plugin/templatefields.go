package plugin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// templateFields are what a template may take from a query. Var is new in CoreDNS 1.15.0.
var templateFields = []string{"Class", "Group", "Match", "Message", "Meta", "Name", "Question", "Regex", "Remote", "Type", "Var", "Zone"}

// warnNoField warns of a field that templates do not have: CoreDNS finds out when it answers.
func (p *Parser) warnNoField(text corefile.Token, tree *parse.Tree) {
	fields := templateFields
	if !p.Since("1.15.0") {
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
	remedy := "Use " + reader.OneOf(fields)
	if at := slices.IndexFunc(fields, func(name string) bool { return strings.EqualFold(name, unknown) }); at >= 0 {
		remedy = "Names of fields begin with a capital letter: ." + fields[at]
	} else if nearest := corefile.Nearest(unknown, fields); nearest != "" {
		remedy = "Write ." + nearest
	}
	p.WarnAt(text, reader.RuleIgnored, "the template has no field %s, so every query that it matches fails. %s", corefile.Quote("."+unknown), remedy)
}

// warnNoGroup warns of a group that a template takes and that no expression of its use has.
func (p *Parser) warnNoGroup(t *Template) {
	has := map[string]bool{"0": true}
	for _, match := range t.Matches {
		expression, err := p.Parsed.Regexp(match.Text)
		if err != nil || p.Hidden(match) {
			return
		}
		for i, name := range expression.CapNames() {
			has[strconv.Itoa(i)], has[name] = true, true
		}
	}
	for _, records := range []struct {
		name  string
		texts []corefile.Token
	}{{"answer", t.Answers}, {"additional", t.Additional}, {"authority", t.Authority}} {
		for _, text := range records.texts {
			if !strings.Contains(text.Text, "Group") && !strings.Contains(text.Text, "Match") || p.Report.FullOfWarnings() {
				continue
			}
			tree, err := p.Parsed.Template(records.name, text.Text)
			if err != nil {
				continue
			}
			missing := ""
			eachGroup(tree.Root, func(group string) {
				if missing == "" && !has[group] {
					missing = group
				}
			})
			if missing != "" {
				p.WarnAt(text, reader.RuleIgnored, "no match has a group %s, so there is nothing to put into the record. %s", corefile.Quote(missing), grouped(missing))
			}
		}
	}
}

// grouped says how an expression gets a group.
func grouped(name string) string {
	if _, err := strconv.Atoi(name); err == nil {
		return "Put the part of the name that it stands for in parentheses"
	}
	return fmt.Sprintf("Name it in the expression, as in (?P<%s>[a-z]+)", name)
}

// eachGroup calls found with each group that a template takes, by its name or number.
func eachGroup(root parse.Node, found func(group string)) {
	eachTaken(root, func(n parse.Node) {
		if path := fieldsOf(n); len(path) == 2 && path[0] == "Group" {
			found(path[1])
		}
		command, ok := n.(*parse.CommandNode)
		if !ok || len(command.Args) != 3 || command.Args[0].String() != "index" {
			return
		}
		path := fieldsOf(command.Args[1])
		if len(path) != 1 {
			return
		}
		switch index := command.Args[2].(type) {
		case *parse.StringNode:
			if path[0] == "Group" {
				found(index.Text)
			}
		case *parse.NumberNode:
			if path[0] == "Match" && index.IsInt {
				found(strconv.FormatInt(index.Int64, 10))
			}
		}
	})
}

// eachField calls found with the name of each field of the query that a template takes.
func eachField(root parse.Node, found func(name string)) {
	eachTaken(root, func(n parse.Node) {
		if path := fieldsOf(n); len(path) > 0 {
			found(path[0])
		}
	})
}

// fieldsOf returns the path of a field of the query, as in .Group.host or $.Group.host; nil for
// others.
func fieldsOf(node parse.Node) []string {
	switch n := node.(type) {
	case *parse.FieldNode:
		return n.Ident
	case *parse.VariableNode:
		if n.Ident[0] == "$" {
			return n.Ident[1:]
		}
	}
	return nil
}

// eachTaken visits the commands of a template and their arguments, where the dot is the query: inside
// with and range it is something else.
func eachTaken(node parse.Node, visit func(parse.Node)) {
	all := func(nodes ...parse.Node) {
		for _, n := range nodes {
			eachTaken(n, visit)
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
			all(command)
		}
	case *parse.CommandNode:
		visit(n)
		all(n.Args...)
	case *parse.ChainNode:
		all(n.Node)
	case *parse.FieldNode, *parse.VariableNode:
		visit(n)
	}
}
