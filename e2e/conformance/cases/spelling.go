package cases

import "strings"

// spellings change how a text is written, and by that sometimes what it says.
var spellings = []func(*mutator, string) string{
	func(m *mutator, s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	func(m *mutator, s string) string { return strings.ReplaceAll(s, "\n", "\r") },
	func(m *mutator, s string) string { return strings.ReplaceAll(s, " ", "\t") },
	func(m *mutator, s string) string { return "\ufeff" + s },
	func(m *mutator, s string) string { return strings.TrimRight(s, "\n") },
	func(m *mutator, s string) string { return strings.ReplaceAll(s, "\n", "") },
	func(m *mutator, s string) string { return m.at(s, " ", " \\\n") },
	func(m *mutator, s string) string { return m.at(s, " ", "\u00a0") },
	func(m *mutator, s string) string { return m.at(s, " ", " \u200b") },
	func(m *mutator, s string) string { return m.at(s, " ", "  \n\n ") },
	func(m *mutator, s string) string { return m.at(s, " ", " # ") },
	func(m *mutator, s string) string { return m.at(s, "\n", " # a comment {\n") },
	func(m *mutator, s string) string { return m.at(s, "\n", "\n\n# a comment }\n") },
	func(m *mutator, s string) string { return m.at(s, "\n", "#\n") },
	func(m *mutator, s string) string { return m.at(s, " ", ` "`) },
	func(m *mutator, s string) string { return m.at(s, " ", `" `) },
	func(m *mutator, s string) string { return m.at(s, " ", ` "" `) },
	func(m *mutator, s string) string { return m.at(s, " {", "{") },
	func(m *mutator, s string) string { return m.at(s, " {", "\n{") },
	func(m *mutator, s string) string { return m.at(s, "\n}", " }") },
	func(m *mutator, s string) string { return m.at(s, "}", "") },
	func(m *mutator, s string) string { return m.at(s, "}", "}\n}") },
	func(m *mutator, s string) string { return m.at(s, "{", "") },
	func(m *mutator, s string) string { return m.at(s, "}", "};") },
	(*mutator).quoteWord,
}

// at replaces one of the places where old stands.
func (m *mutator) at(s, old, replacement string) string {
	count := strings.Count(s, old)
	if count == 0 {
		return s
	}
	parts := strings.SplitN(s, old, m.IntN(count)+2)
	last := len(parts) - 1
	return strings.Join(parts[:last], old) + replacement + parts[last]
}

func (m *mutator) quoteWord(s string) string {
	t := parse(s)
	if len(t) == 0 {
		return s
	}
	line, word := m.anyWord(t)
	t[line][word] = `"` + strings.Trim(t[line][word], `"`) + `"`
	return t.String()
}
