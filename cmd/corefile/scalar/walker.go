package scalar

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A walker goes through the source of a scalar as the decoder does, and notes where each
// character of the decoded value stands. It ends where the source would yield another one.
type walker struct {
	text  string // the source
	at    int    // how far it is read
	value string // what is still to be found
	spans []span // of what was found
	lost  bool   // the source says something else than the value
}

// take finds the next character of the value at the given place.
func (w *walker) take(r rune, at span) {
	size := utf8.RuneLen(r)
	if next, n := utf8.DecodeRuneInString(w.value); w.lost || w.value == "" || n != size || next != r {
		w.lost = true
		return
	}
	w.value, w.spans = w.value[size:], append(w.spans, at)
}

// reading reports whether there is more to find.
func (w *walker) reading() bool { return w.value != "" && !w.lost && w.at < len(w.text) }

func (w *walker) rest() string { return w.text[w.at:] }

// read goes past one character.
func (w *walker) read() (rune, span) {
	r, size := utf8.DecodeRuneInString(w.rest())
	w.at += size
	return r, span{w.at - size, w.at}
}

// properties goes past a tag and an anchor.
func (w *walker) properties() {
	for w.at < len(w.text) && (w.text[w.at] == '&' || w.text[w.at] == '!') {
		for w.at < len(w.text) && !blank(w.rest()) && lineBreak(w.rest()) == 0 {
			w.at++
		}
		w.emptyLines()
		for w.at < len(w.text) && w.text[w.at] == '#' {
			w.line()
			w.emptyLines()
		}
	}
}

// line goes to the end of the line.
func (w *walker) line() {
	for w.at < len(w.text) && lineBreak(w.rest()) == 0 {
		w.at++
	}
}

// lineFeed goes past a line break and returns it as it is decoded.
func (w *walker) lineFeed() (rune, span) {
	size := lineBreak(w.rest())
	r, _ := utf8.DecodeRuneInString(w.rest())
	if r == '\r' || r == '\u0085' {
		r = '\n'
	}
	w.at += size
	return r, span{w.at - size, w.at}
}

// header goes past the first line of a block and returns where the next one starts.
func (w *walker) header() int {
	w.line()
	w.at += lineBreak(w.rest())
	return w.at
}

// indentation returns how far a block is indented: by as much as its first line has more
// spaces than the first of the value.
func (w *walker) indentation() int {
	return max(firstIndent(w.rest())-firstIndent(w.value), 0)
}

// firstIndent returns the number of spaces before the first text.
func firstIndent(text string) int {
	n := 0
	for text != "" {
		if size := lineBreak(text); size > 0 {
			n, text = 0, text[size:]
			continue
		}
		if text[0] != ' ' {
			return n
		}
		n, text = n+1, text[1:]
	}
	return n
}

// A lineEnd is a line break that was read and may be folded.
type lineEnd struct {
	r  rune
	at span
}

func (w *walker) takeAll(ends []lineEnd) {
	for _, e := range ends {
		w.take(e.r, e.at)
	}
}

// block reads the lines of a literal or folded block, as far as the value goes.
func (w *walker) block(folded bool, indent int) {
	var first, more []lineEnd // the end of the last line, and the empty lines behind it
	wasMoreIndented := false
	for {
		reached := 0
		for {
			reached = w.spaces(indent)
			if lineBreak(w.rest()) == 0 {
				break
			}
			r, at := w.lineFeed()
			more = append(more, lineEnd{r, at})
		}
		if reached < indent || !w.reading() {
			break
		}
		moreIndented := blank(w.rest())
		if folded && len(first) > 0 && first[0].r == '\n' && !wasMoreIndented && !moreIndented {
			if len(more) == 0 {
				w.take(' ', first[0].at)
			}
		} else {
			w.takeAll(first)
		}
		w.takeAll(more)
		first, more, wasMoreIndented = nil, nil, moreIndented
		for w.reading() && lineBreak(w.rest()) == 0 {
			w.take(w.read())
		}
		if w.at < len(w.text) && lineBreak(w.rest()) > 0 {
			r, at := w.lineFeed()
			first = []lineEnd{{r, at}}
		}
	}
	for _, end := range append(first, more...) { // as many as the value keeps
		if w.value != "" {
			w.take(end.r, end.at)
		}
	}
}

// spaces goes past at most so many spaces and returns how many there were.
func (w *walker) spaces(most int) int {
	n := 0
	for n < most && strings.HasPrefix(w.rest(), " ") {
		n, w.at = n+1, w.at+1
	}
	return n
}

// flow reads a scalar in quotes, or a plain one if quote is 0. Its lines are folded.
func (w *walker) flow(quote byte) {
	if quote != 0 {
		if !strings.HasPrefix(w.rest(), string(quote)) {
			return
		}
		w.at++
	}
	for w.reading() {
		switch c := w.text[w.at]; {
		case blank(w.rest()) || lineBreak(w.rest()) > 0:
			w.fold()
		case c == '\'' && quote == '\'':
			if !strings.HasPrefix(w.rest(), "''") {
				return
			}
			w.at += 2
			w.take('\'', span{w.at - 2, w.at})
		case c == '"' && quote == '"':
			return
		case c == '\\' && quote == '"':
			w.escape()
		default:
			w.take(w.read())
		}
	}
}

// fold reads blanks and line breaks within a flow scalar: blanks around a break are dropped,
// one break is a space, and of several all but the first are kept.
func (w *walker) fold() {
	start := w.at
	for w.at < len(w.text) && blank(w.rest()) {
		w.at++
	}
	if w.at == len(w.text) || lineBreak(w.rest()) == 0 {
		for i := start; i < w.at; i++ {
			w.take(rune(w.text[i]), span{i, i + 1})
		}
		return
	}
	r, at := w.lineFeed()
	more := w.emptyLines()
	if r != '\n' {
		w.take(r, at)
	} else if len(more) == 0 {
		w.take(' ', at)
	}
	w.takeAll(more)
}

// emptyLines goes to the next text and returns the line breaks before it.
func (w *walker) emptyLines() []lineEnd {
	var ends []lineEnd
	for w.at < len(w.text) {
		switch {
		case lineBreak(w.rest()) > 0:
			r, at := w.lineFeed()
			ends = append(ends, lineEnd{r, at})
		case blank(w.rest()):
			w.at++
		default:
			return ends
		}
	}
	return ends
}

// The characters behind a backslash that stand for one character, and those.
const (
	escaped = `0abtnvfreNLP_` + "\t \"'/\\"
	meant   = "\x00\a\b\t\n\v\f\r\x1b\u0085\u2028\u2029\u00a0" + "\t \"'/\\"
)

// escape reads a backslash and what it stands for.
func (w *walker) escape() {
	start := w.at
	w.at++
	if w.at == len(w.text) {
		return
	}
	if lineBreak(w.rest()) > 0 {
		w.lineFeed()
		w.takeAll(w.emptyLines())
		return
	}
	c := w.text[w.at]
	w.at++
	if i := strings.IndexByte(escaped, c); i >= 0 {
		w.take([]rune(meant)[i], span{start, w.at})
		return
	}
	r, read := w.code(map[byte]int{'x': 2, 'u': 4, 'U': 8}[c])
	if utf16.IsSurrogate(r) {
		r = w.pair(r)
	}
	if !read {
		w.lost = true
		return
	}
	w.take(r, span{start, w.at})
}

// code reads the digits of an escape.
func (w *walker) code(digits int) (rune, bool) {
	start := w.at
	w.at = min(w.at+digits, len(w.text))
	code, err := strconv.ParseUint(w.text[start:w.at], 16, 32)
	return rune(code), err == nil
}

// pair returns what a surrogate of JSON is read as, with the one that follows or alone.
func (w *walker) pair(first rune) rune {
	after := w.at
	if strings.HasPrefix(w.rest(), `\u`) {
		w.at += len(`\u`)
		if second, read := w.code(4); read {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return r
			}
		}
	}
	w.at = after
	return utf8.RuneError
}

func blank(text string) bool { return strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t") }

// lineBreak returns the size of the line break at the start of a text, or 0. YAML has more
// of them than an editor.
func lineBreak(text string) int {
	if text == "" || text[0] != '\n' && text[0] != '\r' && text[0] < utf8.RuneSelf {
		return 0
	}
	for _, b := range []string{"\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"} {
		if strings.HasPrefix(text, b) {
			return len(b)
		}
	}
	return 0
}
