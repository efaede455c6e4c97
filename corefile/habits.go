package corefile

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// quotationMarks are those that people or their programs put instead of straight double
// ones.
const quotationMarks = "'`‘’‚“”„«»"

// Habit returns the remedy for a word that is written as in another language, or "": a
// sentence without its full stop.
func Habit(word string) string {
	switch last := word[max(len(word)-1, 0):]; {
	case strings.HasPrefix(word, "//"), strings.HasPrefix(word, ";"), strings.HasPrefix(word, "--"):
		return `A comment starts with "#"`
	case word == "{}":
		return `No block is needed to leave everything at its default: remove the "{}"`
	case last == "," || last == ";":
		return fmt.Sprintf("Words are separated by spaces: remove the %q", last)
	case strings.Trim(word, quotationMarks) != word:
		return "CoreDNS knows only straight double quotes: use those or none"
	}
	return ""
}

// ZoneHabit is Habit for a word that is the name of a zone.
func ZoneHabit(word string) string {
	if strings.HasPrefix(word, "*.") {
		return `A zone already contains every name below it: remove the "*."`
	}
	return Habit(word)
}

// Literal returns the remedy for a word that CoreDNS may accept, but that is hardly meant as it
// stands, or "": a sentence without its full stop.
func Literal(word string) string {
	plain := func(end int) bool { return word[end] < utf8.RuneSelf }
	switch {
	case word == "{}":
		return Habit(word)
	case word == "" || plain(0) && plain(len(word)-1): // as nearly always
		return ""
	case strings.Trim(word, "“”„«»") == word || strings.ContainsAny(word, " \t"):
		return ""
	}
	return Habit(word)
}
