package corefile

import "cmp"

// Foreign reports whether the token stands in a file that is not what is judged: see File.
func (t Token) Foreign() bool { return t.source.Foreign }

// Own reports whether the token stands in the server's own Corefile, and that is not
// what is judged.
func (t Token) Own() bool { return t.source.Own }

// Blame chooses which of two places a problem between them is told of: the second, unless
// that is foreign and the first is not. Other is the one that is left.
func Blame(first, second Token) (at, other Token) {
	if second.Foreign() && !first.Foreign() {
		return first, second
	}
	return second, first
}

// follows names a token in a message about one before it. A foreign one is not quoted: who is
// judged may not be allowed to read it.
func follows(token, before Token) string {
	if token.Foreign() && !before.Foreign() {
		return "what follows in another file"
	}
	return Quote(token.Text)
}

// leftOpen returns the brace that is to blame for a foreign one that is never closed: the
// first that a judged file, imported somewhere inside, leaves open.
func (p *parser) leftOpen(open Token) (brace Token, found bool) {
	if !open.Foreign() {
		return Token{}, false
	}
	seen := map[*source]bool{}
	for _, token := range p.read {
		if s := token.source; !s.Foreign && !seen[s] {
			seen[s] = true
			if brace, found := s.leftOpen(); found {
				return brace, true
			}
		}
	}
	return Token{}, false
}

func (s *source) leftOpen() (brace Token, found bool) {
	var open []Token
	for _, token := range s.tokens {
		switch {
		case token.Text == "{":
			open = append(open, token)
		case token.Text == "}" && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return Token{}, false
	}
	return open[0], true
}

// warnUnclosed warns of a server block at the end of input whose closing brace is another
// block's. CoreDNS accepts that.
func (p *parser) warnUnclosed() {
	open := p.block.open
	if culprit, found := p.leftOpen(open); found {
		open = culprit
	}
	p.report.Warn(open, RuleUnclosedBlock, `missing "}": everything up to the next "}" becomes part of this block. Add "}" on its own line`)
}

// warnCutShort warns of a brace of a judged file that closes a server block of the
// server's own: what follows it there is read as server blocks.
func (p *parser) warnCutShort() {
	if brace := p.token(); p.block.open.Foreign() && !brace.Foreign() {
		p.report.Warn(brace, RuleUnexpectedBrace, `"}" closes the server block around the import in another file, so the rest of that block is cut off. Remove it`)
	}
}

// openRemedy says what to do about a zone that has no block.
func (p *parser) openRemedy(zone string) string {
	if p.known(zone) {
		return `It is a plugin: write it into a server block, such as ". { ... }"`
	}
	return cmp.Or(Habit(zone), `Write "{" after the zone and "}" at the end of its block`)
}
