package corefile

import "slices"

// reader hands out the tokens of a configuration in the order in which CoreDNS reads
// them, each import replaced by what it imports.
type reader struct {
	read     []Token // everything read so far, imports already replaced
	cursor   int     // the current token's place in read
	pending  []frame // what is still to be read; the last comes first
	overflow bool    // there is more to read than the limit on tokens
	// unknownImport tells that the environment names an import that was read.
	unknownImport bool
}

// frame is a run of tokens being read, and the import that brings them; nil where they
// have been read before and know it.
type frame struct {
	tokens []Token
	via    *expansion
}

// expansion is one import: what it imported, and the import that it stands in itself.
type expansion struct {
	source  *source // nil for a snippet
	snippet string
	parent  *expansion
	depth   int
}

// repeats reports whether the same was imported twice on the way to e.
func (e *expansion) repeats() bool {
	type imported struct {
		source  *source
		snippet string
	}
	seen := map[imported]bool{}
	for ; e != nil; e = e.parent {
		this := imported{e.source, e.snippet}
		if seen[this] {
			return true
		}
		seen[this] = true
	}
	return false
}

func (r *reader) push(tokens []Token, via *expansion) {
	if len(tokens) > 0 {
		r.read = slices.Grow(r.read, min(len(tokens), maxTokens)) // at once: it can be large
		r.pending = append(r.pending, frame{tokens: tokens, via: via})
	}
}

// has reports whether there is a token at the given place, and reads up to it.
func (r *reader) has(place int) bool {
	for place >= len(r.read) {
		if len(r.pending) == 0 {
			return false
		}
		if len(r.read) >= maxTokens {
			r.overflow, r.pending = true, nil
			return false
		}
		top := &r.pending[len(r.pending)-1]
		r.read = append(r.read, top.tokens[0])
		last := &r.read[len(r.read)-1]
		if top.via != nil {
			last.via = top.via
		}
		last.doubtful = r.unknownImport
		if top.tokens = top.tokens[1:]; len(top.tokens) == 0 {
			r.pending = r.pending[:len(r.pending)-1]
		}
	}
	return true
}

// next goes to the next token. At the end of input it stays where it is.
func (r *reader) next() bool {
	if !r.has(r.cursor + 1) {
		return false
	}
	r.cursor++
	return true
}

// nextArg goes to the next token if that stands on the same line.
func (r *reader) nextArg() bool {
	if !r.has(r.cursor+1) || !r.read[r.cursor].SharesLine(r.read[r.cursor+1]) {
		return false
	}
	r.cursor++
	return true
}

// token returns the current token; there has to be one.
func (r *reader) token() Token { return r.read[r.cursor] }

// text returns the current token's text, or "" where nothing is left to read.
func (r *reader) text() string {
	if r.cursor < 0 || !r.has(r.cursor) {
		return ""
	}
	return r.read[r.cursor].Text
}

// isNewLine reports whether the current token is the first of its line.
func (r *reader) isNewLine() bool {
	if r.cursor < 1 {
		return true
	}
	return r.has(r.cursor) && r.read[r.cursor-1].StartsLine(r.token())
}

// replace replaces the last count tokens up to the cursor by frames, and makes
// the first token of them, or the one that follows, the current one.
func (r *reader) replace(count int, frames []frame) {
	r.push(slices.Clone(r.read[r.cursor+1:]), nil)
	for i := len(frames) - 1; i >= 0; i-- {
		r.push(frames[i].tokens, frames[i].via)
	}
	r.cursor -= count - 1
	r.read = r.read[:r.cursor]
}
