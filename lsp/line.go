package lsp

import (
	"strings"

	"corewarden/corefile"
)

// A line is the part of a Corefile's line up to an offset.
type line struct {
	// outer are the first words of the lines whose blocks it is in, the outermost first.
	outer []string
	// words are those before the offset, without the one that it touches.
	words []corefile.WrittenWord
	// touched is the word that the offset touches. If there is none, it is empty, and stands
	// at the offset.
	touched corefile.WrittenWord
}

// lineAt returns the line of an offset. A brace ends a line as a line break does.
func lineAt(text string, offset int) line {
	l := line{touched: corefile.WrittenWord{Start: offset, End: offset}}
	end := 0 // of the last word
	for word := range corefile.Written(text) {
		if word.Start > offset {
			break
		}
		if word.StartsLine {
			l.words = nil
		}
		if word.End >= offset {
			l.touched = word
			return l
		}
		end = word.End
		switch {
		case word.Comment:
		case word.Text == "{":
			l.outer, l.words = append(l.outer, l.head()), nil
		case word.Text == "}":
			l.outer, l.words = l.outer[:max(len(l.outer)-1, 0)], nil
		default:
			l.words = append(l.words, word)
		}
	}
	if strings.Contains(text[end:offset], "\n") {
		l.words = nil
	}
	return l
}

// head returns the first word of the line, if that does not stand behind the offset.
func (l line) head() string {
	if len(l.words) > 0 {
		return l.words[0].Text
	}
	return l.touched.Text
}

// plugin returns the plugin that the line uses, or whose block it is in; "" where plugins
// do not stand.
func (l line) plugin() string {
	switch len(l.outer) {
	case 1:
		return l.head()
	case 2:
		return l.outer[1]
	}
	return ""
}

// importing reports whether the word at the offset is what an import names.
func (l line) importing() bool { return len(l.words) == 1 && l.words[0].Text == "import" }

// arguments returns the words before the offset, without the first.
func (l line) arguments() []string {
	var texts []string
	for _, word := range l.words[min(1, len(l.words)):] {
		texts = append(texts, word.Text)
	}
	return texts
}
