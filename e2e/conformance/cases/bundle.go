package cases

import (
	"slices"
	"strings"
)

// bundleChanges spread a text over several files and snippets.
var bundleChanges = []func(m *mutator, files map[string]string, key string){
	splitFile, splitFile, useSnippet, useSnippet, useSnippetTwice, importFile, importFile, importLine, doubleFile, renameSnippet, addExample, addExample,
}

// splitFile moves the end of a text to a file of its own.
func splitFile(m *mutator, files map[string]string, key string) {
	t := parse(files[key])
	if len(t) == 0 {
		return
	}
	at := m.IntN(len(t) + 1)
	if blocks := t.at(0); len(blocks) > 0 && m.IntN(2) == 0 {
		at = pick(m.Rand, blocks).line
	}
	files[key] = t[:at].String()
	files["next.Corefile"] = t[at:].String() + files["next.Corefile"]
}

func doubleFile(m *mutator, files map[string]string, key string) {
	files["other.Corefile"] = m.step1(files[key])
}

// step1 makes one change to a text.
func (m *mutator) step1(s string) string {
	t := parse(s)
	if len(t) == 0 {
		return s
	}
	return pick(m.Rand, lineChanges)(m, t).String()
}

// addExample adds another example, to the text or as a file.
func addExample(m *mutator, files map[string]string, key string) {
	example := pick(m.Rand, m.examples)
	for _, name := range example.Keys() {
		t := parse(example.Files[name]).onFixtures().String()
		if m.IntN(2) == 0 {
			files["more."+name] = t
		} else {
			files[key] += t
		}
	}
}

// useSnippet moves lines to a snippet and imports it where they stood.
func useSnippet(m *mutator, files map[string]string, key string) {
	t := parse(files[key])
	from, to, found := m.stretch(t)
	if !found {
		return
	}
	snippet := slices.Concat(text{{"(snippet)", "{"}}, t[from:to], text{{"}"}})
	rest := t.remove(from, to).insert(from, []string{"import", "snippet"})
	switch m.IntN(8) {
	case 0: // too late
		files[key] = rest.String() + snippet.String()
	case 1: // in a file of its own, before or after this one
		files[key] = rest.String()
		files[pick(m.Rand, []string{"A.Corefile", "z.Corefile"})] = snippet.String()
	default:
		files[key] = snippet.String() + rest.String()
	}
}

// stretch chooses some whole directives or properties, or any lines.
func (m *mutator) stretch(t text) (from, to int, found bool) {
	if len(t) == 0 {
		return 0, 0, false
	}
	if m.IntN(6) == 0 {
		from = m.IntN(len(t))
		return from, from + 1 + m.IntN(len(t)-from), true
	}
	at, found := m.placed(t, 1+m.IntN(2))
	return at.line, at.end, found
}

func useSnippetTwice(m *mutator, files map[string]string, key string) {
	useSnippet(m, files, key)
	files[key] = m.at(files[key], "import snippet\n", "import snippet\nimport snippet\n")
}

func renameSnippet(m *mutator, files map[string]string, key string) {
	if !strings.Contains(files[key], "(snippet)") {
		useSnippet(m, files, key)
	}
	files[key] = m.at(files[key], "snippet", pick(m.Rand, []string{"other", "snip pet", "", "(snippet)", "Snippet", "names"}))
}

// importFile moves lines to a file and imports it where they stood.
func importFile(m *mutator, files map[string]string, key string) {
	t := parse(files[key])
	from, to, found := m.stretch(t)
	if !found {
		return
	}
	files["part.conf"] = t[from:to].String()
	name := pick(m.Rand, []string{"part.conf", "part.conf", inDir("part.conf"), "*.conf", "part.*", "./part.conf", "part.con?"})
	files[key] = t.remove(from, to).insert(from, []string{"import", name}).String()
}

var imports = []string{
	"import", "import missing.conf", "import *.missing", "import *", "import *.*.conf", "import part.conf other.conf", `import ""`, "import snippet", "import Corefile", "import .",
	"import [p]art.conf", "import ../Corefile", "import part.conf {", "import *Corefile", "import {$NAME}",
}

// importLine adds an import that is most often wrong.
func importLine(m *mutator, files map[string]string, key string) {
	t := parse(files[key])
	files[key] = t.insert(m.IntN(len(t)+1), strings.Fields(pick(m.Rand, imports))).String()
}
