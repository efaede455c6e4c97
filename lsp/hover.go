package lsp

import (
	"fmt"
	"strings"

	"corewarden/corefile/plugin"
	"corewarden/docs"
)

// hover tells of the plugin or the property at a position, and of the rules that are broken
// there.
func (s *snapshot) hover(p positionParams) (*hover, error) {
	at, err := s.spot(p)
	if err != nil {
		return nil, err
	}
	var texts []string
	start, end := at.offset, at.offset
	if at.corefile != nil && at.line.touched.Text != "" && !at.line.touched.Comment {
		if from, to, found := at.touched(); found {
			start, end = from, to
			texts = at.explanation()
		}
	}
	for _, f := range s.checker.Check(at.document.path, s.files()) {
		from, to := at.document.span(f.Place)
		if from <= at.offset && at.offset <= to && f.Place.Line > 0 {
			start, end = from, to
			texts = append(texts, ruleText(f.Problem.Rule)...)
		}
	}
	if len(texts) == 0 {
		return nil, nil
	}
	return &hover{Contents: *s.markup(strings.Join(texts, "\n\n---\n\n")), Range: at.document.textRange(start, end, s.encoding)}, nil
}

// ruleText returns the page of a rule.
func ruleText(id string) []string {
	for _, rule := range docs.Rules() {
		if rule.ID == id {
			return []string{"**" + id + "**\n\n" + strings.TrimSpace(rule.Text)}
		}
	}
	return nil
}

// explanation tells of the word at a spot.
func (at *spot) explanation() []string {
	name, word := at.line.plugin(), at.line.touched.Text
	about, found := plugin.About(name)
	if !found || len(at.line.words) > 0 {
		return nil
	}
	if len(at.line.outer) == 1 {
		return []string{at.pluginText(name, about)}
	}
	for _, p := range plugin.Properties(name) {
		if p.Name == word {
			return []string{fmt.Sprintf("```text\n%s\n```\n\nA property of %s.%s", strings.TrimSpace(p.Name+" "+p.Arguments), name, lifetime(p))}
		}
	}
	return nil
}

// pluginText tells how a plugin is written, with the properties that all servers have.
func (at *spot) pluginText(name string, about plugin.Plugin) string {
	var text strings.Builder
	fmt.Fprintf(&text, "**%s**: %s\n\n```text\n%s", name, about.Purpose, about.Usage)
	if properties := propertiesIn(name, at.corefile.Releases); len(properties) > 0 {
		text.WriteString(" {\n")
		for _, p := range properties {
			fmt.Fprintf(&text, "    %s\n", strings.TrimSpace(p.Name+" "+p.Arguments))
		}
		text.WriteString("}")
	}
	text.WriteString("\n```\n")
	for _, r := range at.corefile.Releases {
		if !r.Has(name) {
			fmt.Fprintf(&text, "\n%s does not have it.\n", r.Name)
		}
	}
	fmt.Fprintf(&text, "\n[coredns.io/plugins/%s](https://coredns.io/plugins/%s/)", name, name)
	return text.String()
}

// lifetime says which releases of CoreDNS have a property, if not all do.
func lifetime(p plugin.Property) string {
	text := ""
	if p.Since != "" {
		text += " Since CoreDNS " + p.Since + "."
	}
	if p.Until != "" {
		text += " Until CoreDNS " + p.Until + "."
	}
	return text
}
