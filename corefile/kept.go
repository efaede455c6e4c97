package corefile

import (
	"sync"
	"sync/atomic"
)

// Kept is what others than the parser make of a server block that configurations have in common.
// Several goroutines may use it at once.
type Kept struct{ value atomic.Value }

// Load returns what was stored last, or nil.
func (k *Kept) Load() any { return k.value.Load() }

// Store replaces it. All values are of one type.
func (k *Kept) Store(value any) { k.value.Store(value) }

// Kept returns what is kept for the block, or nil where it is of one configuration alone. Else the
// block and its tokens are the same in all that have it, and not to be changed.
func (b *Block) Kept() *Kept { return b.kept }

// keptBlocks are the server blocks of a server's own Corefile that are the same whatever it
// imports, by the place of their first token in it.
type keptBlocks struct {
	once   sync.Once
	blocks map[int]keptBlock
}

// keptBlock is a server block, and the place of its last token.
type keptBlock struct {
	Block
	last int
}

// maxKept is how many words a file may have whose server blocks are kept: far more than servers' own
// Corefiles have, and few enough for the memory to be no matter.
const maxKept = 10_000

// keptBlocks returns those of the main Corefile, if Sources keep that. All who have them in common
// know the same directives.
func (p *parser) keptBlocks(main *source) map[int]keptBlock {
	if s := p.conf.Sources; s == nil || s.Foreign == nil || !main.Foreign || len(main.tokens) > maxKept {
		return nil
	}
	main.kept.once.Do(func() {
		var report Report
		blocks := newParser(Configuration{Main: main.File}, p.known, &report).whole(main)
		if len(report.problems) == 0 {
			main.kept.blocks = blocks
		}
	})
	return main.kept.blocks
}

// whole parses a file by itself, and returns its blocks that hold no import.
func (p *parser) whole(main *source) map[int]keptBlock {
	blocks := map[int]keptBlock{}
	p.start(main)
	for p.next() {
		if p.text() == "import" && p.isNewLine() { // between blocks, where one may start behind it
			for p.nextArg() {
			}
			continue
		}
		first, starts := p.placeInMain()
		before, imports := len(p.blocks), p.expansions
		p.block = Block{open: p.token()}
		p.parseBlock()
		if p.unknownImport { // what follows may be part of the block
			break
		}
		last, ends := p.placeInMain()
		if starts && ends && len(p.blocks) > before && p.expansions == imports && balanced(main.tokens[first:last+1]) {
			b := p.blocks[before]
			b.kept = &Kept{}
			blocks[first] = keptBlock{b, last}
		}
	}
	return blocks
}

// balanced reports whether the last token closes the brace that was opened first: at the end of the
// input another one counts as well.
func balanced(tokens []Token) bool {
	depth := 0
	for _, t := range tokens {
		switch t.Text {
		case "{":
			depth++
		case "}":
			depth--
		}
	}
	return depth == 0 && tokens[len(tokens)-1].Text == "}"
}

// placeInMain returns the place of the current token in the main Corefile, if it stands there
// and nothing behind it was read yet.
func (p *parser) placeInMain() (place int, found bool) {
	tokens := p.main.source.tokens
	place = len(tokens) - 1
	if len(p.pending) > 0 { // the first is what is left of the main Corefile
		place -= len(p.pending[0].tokens)
	}
	return place, place >= 0 && p.token().via == p.main && p.token().SharesPlace(tokens[place])
}

// takeKept takes the server block that starts at the current token, if that is kept.
func (p *parser) takeKept() bool {
	if len(p.kept) == 0 || p.unknownImport {
		return false
	}
	first, found := p.placeInMain()
	b, kept := p.kept[first]
	if !found || !kept || len(p.read)+b.last-first > maxTokens {
		return false
	}
	for range b.last - first {
		p.next()
	}
	p.blocks = doubling(p.blocks, b.Block)
	return true
}
