package cases

import (
	"regexp"
	"slices"
	"strings"
)

// A text is a Corefile to be changed: its lines and their words. What a comment says and
// how a line is indented is lost.
type text [][]string

var word = regexp.MustCompile(`"(?:\\.|[^"\\])*"|\S+`)

func parse(s string) text {
	var t text
	for line := range strings.Lines(s) {
		words := word.FindAllString(line, -1)
		if i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "#") }); i >= 0 {
			words = words[:i]
		}
		if len(words) > 0 {
			t = append(t, words)
		}
	}
	return t
}

func (t text) String() string {
	var s strings.Builder
	for _, line := range t {
		s.WriteString(strings.Join(line, " "))
		s.WriteString("\n")
	}
	return s.String()
}

// A place is a line of a text, with what surrounds it.
type place struct {
	line   int
	depth  int    // the braces that are open before the line
	plugin string // the directive that the line belongs to, or ""
	end    int    // the line after the directive or property, its block included
}

// places tells where each line stands.
func (t text) places() []place {
	places := make([]place, len(t))
	depth, plugin := 0, ""
	for i, line := range t {
		places[i] = place{line: i, depth: depth, end: i + 1}
		if line[0] == "}" {
			depth = max(0, depth-1)
			places[i].depth = depth
		}
		switch depth {
		case 0:
			plugin = ""
		case 1:
			plugin = line[0]
		}
		places[i].plugin = plugin
		if line[len(line)-1] == "{" {
			depth++
		}
	}
	for i := range places {
		if t[i][len(t[i])-1] != "{" {
			continue
		}
		for j := i + 1; j < len(places); j++ {
			if places[j].depth == places[i].depth {
				places[i].end = j + 1
				break
			}
		}
	}
	return places
}

// at returns the places at a depth: 0 is the keys of server blocks, 1 directives, 2 their
// properties. Closing braces are left out.
func (t text) at(depth int) []place {
	return slices.DeleteFunc(t.places(), func(p place) bool { return p.depth != depth || t[p.line][0] == "}" })
}

// insert returns the text with other lines put before a line.
func (t text) insert(at int, lines ...[]string) text {
	return slices.Insert(slices.Clone(t), at, lines...)
}

// remove returns the text without some lines.
func (t text) remove(from, to int) text { return slices.Delete(slices.Clone(t), from, to) }

// replace returns the text with another line at a place.
func (t text) replace(at int, words []string) text {
	if len(words) == 0 {
		return t.remove(at, at+1)
	}
	changed := slices.Clone(t)
	changed[at] = words
	return changed
}
