package query

import (
	"strconv"

	"github.com/expr-lang/expr"

	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin"
)

// A condition is one of a template, compiled, or the value of a variable, which has a name.
type condition struct {
	name    string
	program viewProgram
}

// conditionsOf compiles those of the templates of a block.
func conditionsOf(b *dnsserver.Block) map[*plugin.Template][]condition {
	environment := (&asking{}).environment()
	environment["group"] = func(any) string { return "" }
	all := map[*plugin.Template][]condition{}
	for i := range b.Templates {
		t := &b.Templates[i]
		for _, c := range t.Conditions {
			all[t] = append(all[t], condition{c.Name, compiled(c.Text, environment, expr.AllowUndefinedVariables())})
		}
	}
	return all
}

// A verdict is what comes of the conditions of a template.
type verdict int

const (
	met verdict = iota
	unmet
	failed
	unsure // as that takes more than the question
)

// judge runs the conditions of a template that matches a question, and takes note of its variables.
func (c *call) judge(t *plugin.Template, data *templateData) verdict {
	asks := &asking{question: c.question}
	environment, vars := asks.environment(), map[string]any{}
	environment["group"] = data.group
	for _, condition := range c.server.prepared(c.block).conditions()[t] {
		if condition.program == nil {
			return unsure
		}
		result, err := expr.Run(condition.program, environment)
		switch yes, _ := result.(bool); {
		case asks.more:
			return unsure
		case err != nil:
			return failed
		case condition.name != "":
			environment[condition.name], vars[condition.name] = result, result
		case !yes:
			return unmet
		}
	}
	data.Var = vars
	return met
}

// group returns what a group of the regular expression matches, by its number or its name.
func (d *templateData) group(name any) string {
	switch name := name.(type) {
	case int:
		return d.Group[strconv.Itoa(name)]
	case string:
		return d.Group[name]
	}
	return ""
}
