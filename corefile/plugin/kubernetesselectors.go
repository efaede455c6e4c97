package plugin

import (
	"fmt"
	"strings"

	"corewarden/corefile"
)

// A selectorReader reads a label selector of Kubernetes, as Parse of
// k8s.io/apimachinery/pkg/labels does.
type selectorReader struct {
	rest string // what is still to be read
	word string // the current token: one of selectorSigns, a word, or "" at the end
	name bool   // whether it is a word
}

// selectorSigns are the tokens of a selector that are no words, the longer ones first.
var selectorSigns = []string{"==", "!=", "=", "!", "(", ")", ",", ">", "<"}

const (
	selectorBlanks    = " \t\r\n"
	selectorSeparator = selectorBlanks + "=!(),><\x00"
)

// checkSelector returns what is wrong with a label selector for CoreDNS, which takes only
// some of the operators.
func checkSelector(text string) error {
	s := selectorReader{rest: text}
	s.next()
	for s.name || s.word == "!" {
		if err := s.requirement(); err != nil {
			return err
		}
		if !s.name && s.word == "" {
			return nil
		}
		if !s.take(",") {
			return s.unexpected("a comma")
		}
		if !s.name && s.word != "!" {
			return s.unexpected("a label")
		}
	}
	if s.word != "" {
		return s.unexpected("a label")
	}
	return nil
}

// next goes to the next token.
func (s *selectorReader) next() {
	s.rest = strings.TrimLeft(s.rest, selectorBlanks)
	if strings.HasPrefix(s.rest, "\x00") { // which ends a selector, but not behind a token
		s.rest = ""
	}
	for _, sign := range selectorSigns {
		if rest, found := strings.CutPrefix(s.rest, sign); found {
			s.word, s.name, s.rest = sign, false, strings.TrimPrefix(rest, "\x00")
			return
		}
	}
	end := strings.IndexAny(s.rest, selectorSeparator)
	if end < 0 {
		end = len(s.rest)
	}
	s.word, s.name, s.rest = s.rest[:end], end > 0, strings.TrimPrefix(s.rest[end:], "\x00")
}

// take goes on behind the given sign, if that is the current token.
func (s *selectorReader) take(sign string) bool {
	if s.name || s.word != sign {
		return false
	}
	s.next()
	return true
}

func (s *selectorReader) unexpected(wanted string) error {
	if s.word == "" {
		return fmt.Errorf("it ends where %s is expected", wanted)
	}
	return fmt.Errorf("it has %s where %s is expected", corefile.Quote(s.word), wanted)
}

// requirement reads: [!]LABEL, LABEL=VALUE, LABEL==VALUE, LABEL in (VALUE, …) or
// LABEL notin (VALUE, …).
func (s *selectorReader) requirement() error {
	absent := s.take("!")
	if !s.name {
		return s.unexpected("a label")
	}
	if !isLabel(s.word) {
		return fmt.Errorf("%s is not a label", corefile.Quote(s.word))
	}
	s.next()
	switch {
	case absent, !s.name && (s.word == "" || s.word == ","):
		return nil
	case s.take("="), s.take("=="):
		if s.name {
			return s.value()
		}
		if s.word != "" && s.word != "," {
			return s.unexpected("a value")
		}
		return nil
	case s.name && (s.word == "in" || s.word == "notin"):
		s.next()
		return s.values()
	case s.word == "!=" || s.word == ">" || s.word == "<":
		return fmt.Errorf("CoreDNS does not support %q in it", s.word)
	}
	return s.unexpected("an operator")
}

// values reads values in parentheses. Each may be empty.
func (s *selectorReader) values() error {
	if !s.take("(") {
		return s.unexpected(`a "("`)
	}
	for {
		if s.name {
			if err := s.value(); err != nil {
				return err
			}
		}
		if s.take(")") {
			return nil
		}
		if !s.take(",") {
			return s.unexpected("a comma")
		}
	}
}

func (s *selectorReader) value() error {
	if len(s.word) > 63 || !isLabelName(s.word) {
		return fmt.Errorf("%s is not a label value", corefile.Quote(s.word))
	}
	s.next()
	return nil
}

// isLabel reports whether a word is a label: a name of up to 63 characters, with a domain
// and a slash before it or without.
func isLabel(word string) bool {
	domain, name, found := strings.Cut(word, "/")
	if !found {
		domain, name = "", word
	}
	return len(name) <= 63 && isLabelName(name) && (!found || len(domain) <= 253 && isLabelDomain(domain))
}

// isLabelName reports whether a word is of letters, digits and, between two of those, "-",
// "_" and ".".
func isLabelName(word string) bool {
	return word != "" && !strings.ContainsAny(word[:1]+word[len(word)-1:], "-_.") && strings.Trim(word, labelCharacters+"-_.") == ""
}

const (
	lowerCharacters = "abcdefghijklmnopqrstuvwxyz0123456789"
	labelCharacters = lowerCharacters + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

func isLabelDomain(domain string) bool {
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(label, lowerCharacters+"-") != "" {
			return false
		}
	}
	return true
}
