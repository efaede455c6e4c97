package corefile

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// invisible are characters that an editor does not show and that CoreDNS takes for a part
// of the word they touch.
const invisible = "\x00\u00ad\u200b\u200c\u200d\u2060\ufeff"

// odd reports whether a text holds characters that checkText may warn of.
func odd(text string) bool {
	for i := range len(text) {
		if b := text[i]; b == 0 || b >= utf8.RuneSelf { // most texts have neither
			return !utf8.ValidString(text) || strings.ContainsAny(text[i:], invisible)
		}
	}
	return false
}

// checkText warns of characters that CoreDNS reads otherwise than a person does.
func (s *source) checkText(r *Report) {
	if !s.odd {
		return
	}
	valid := utf8.ValidString(s.Text)
	for _, token := range s.tokens {
		if r.FullOfWarnings() {
			return
		}
		if !valid && strings.ContainsRune(token.Text, utf8.RuneError) {
			r.Warn(token, RuleNotText, fmt.Sprintf(
				"%s contains bytes that are not UTF-8, which CoreDNS reads as U+FFFD. Save the file as UTF-8", Quote(token.Text)))
		}
		if token.glued {
			r.Warn(token, RuleGluedComment, fmt.Sprintf(
				`the "#" behind %s starts a comment, so CoreDNS reads no more of the word. Put a space before a comment, ":" before a port, or quotes around the word`, Quote(token.Text)))
		}
		if i := strings.IndexAny(token.Text, invisible); i >= 0 {
			character, _ := utf8.DecodeRuneInString(token.Text[i:])
			r.Warn(token, RuleInvisible, fmt.Sprintf(
				"%s contains the invisible character %U, which CoreDNS reads as part of the word. Remove it", Quote(token.Text), character))
		}
	}
}
