// Package docs holds the pages that programs show as well.
package docs

import (
	_ "embed"
	"strings"
	"sync"
)

//go:generate sh -c "go run ../tools/pluginpage > plugins.md"

//go:embed rules.md
var rules string

// A Rule is the explanation of one rule, from rules.md.
type Rule struct {
	// ID is the stable identifier, such as "unknown-plugin".
	ID string
	// Summary is the first paragraph, on one line.
	Summary string
	// Text is all of it, in Markdown.
	Text string
}

// Rules returns the rules in the order of the page.
var Rules = sync.OnceValue(func() []Rule {
	var all []Rule
	for _, section := range strings.Split(rules, "\n## ")[1:] {
		id, text, _ := strings.Cut(section, "\n")
		summary, _, _ := strings.Cut(strings.TrimSpace(text), "\n\n")
		all = append(all, Rule{ID: id, Summary: strings.Join(strings.Fields(summary), " "), Text: text})
	}
	return all
})
