package lsp

import (
	"slices"
	"strings"
	"unicode"
)

// maxArguments is the most arguments after which values are offered.
const maxArguments = 64

// A part is one of a usage such as "[continue|stop] name FROM TO...".
type part struct {
	words    []string // alternatives; those in capitals stand for any word
	repeated bool
	optional []part // instead of words
}

// parseUsage reads a usage, up to a bracket that closes it, and returns what follows that.
func parseUsage(usage string) (parts []part, rest string) {
	for usage != "" {
		switch usage[0] {
		case ' ':
			usage = usage[1:]
		case ']':
			return parts, usage[1:]
		case '[':
			var optional []part
			optional, usage = parseUsage(usage[1:])
			parts = append(parts, part{optional: optional})
		case '{': // a block
			return parts, ""
		default:
			end := strings.IndexAny(usage, " ]")
			if end < 0 {
				end = len(usage)
			}
			word, repeated := usage[:end], strings.Contains(usage[:end], "...")
			parts = append(parts, part{words: strings.Split(strings.ReplaceAll(word, "...", ""), "|"), repeated: repeated})
			usage = usage[end:]
		}
	}
	return parts, ""
}

// values returns the words that a usage allows after the given arguments, in its order.
func values(usage string, arguments []string) []string {
	if len(arguments) > maxArguments {
		return nil
	}
	var all []string
	parts, _ := parseUsage(usage)
	walk(parts, arguments, func(word string) {
		if isLiteral(word) && !slices.Contains(all, word) {
			all = append(all, word)
		}
	}, func([]string) {})
	return all
}

// walk matches arguments with parts in all possible ways. It hands the words of the parts
// that may come next to offer, and what is left of the arguments behind the parts to then.
func walk(parts []part, arguments []string, offer func(word string), then func(arguments []string)) {
	if len(parts) == 0 {
		then(arguments)
		return
	}
	first, rest := parts[0], parts[1:]
	behind := func(arguments []string) { walk(rest, arguments, offer, then) }
	switch {
	case first.words == nil:
		walk(first.optional, arguments, offer, behind)
		behind(arguments)
	case len(arguments) == 0:
		for _, word := range first.words {
			offer(word)
		}
	case first.matches(arguments[0]):
		if first.repeated {
			walk(parts, arguments[1:], offer, then)
		}
		behind(arguments[1:])
	}
}

func (p part) matches(argument string) bool {
	return slices.ContainsFunc(p.words, func(word string) bool { return word == argument || !isLiteral(word) })
}

// isLiteral reports whether a word of a usage stands for itself.
func isLiteral(word string) bool {
	return strings.ContainsFunc(word, unicode.IsLower) && !strings.ContainsFunc(word, unicode.IsUpper)
}
