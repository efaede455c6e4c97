package corefile

// A stretch is where in the main file of a configuration a server block stands. That two
// of one file are equal means that so are the blocks: nothing is left out between the
// ends but imports that brought nothing.
type stretch struct {
	line, column       int32 // of the first key
	endLine, endColumn int32 // of the last word
	words              int
}

// A pass is one server block and who found nothing in it.
type pass struct {
	stretch
	by string
}

// Passed reports whether Pass was called for this server block, by the same name, when it
// was parsed before. Only blocks of a foreign main file whose reading Sources keep are
// remembered, and of these the ones without anything imported.
func (b *Block) Passed(by string) bool {
	s, at, whole := b.stretch()
	if !whole {
		return false
	}
	_, passed := s.passed.Load(pass{at, by})
	return passed
}

// Pass takes note of a server block in which nothing was found that depends on the block
// alone.
func (b *Block) Pass(by string) {
	if s, at, whole := b.stretch(); whole {
		s.passed.Store(pass{at, by}, nil)
	}
}

// stretch returns where the block stands, if it is one that is remembered.
func (b *Block) stretch() (s *source, at stretch, whole bool) {
	if len(b.Keys) == 0 || len(b.Directives) == 0 {
		return nil, at, false
	}
	first := b.Keys[0]
	main := first.via
	if first.source.passed == nil || main.parent != nil {
		return nil, at, false
	}
	for _, key := range b.Keys {
		if key.via != main {
			return nil, at, false
		}
	}
	var last Token
	for _, d := range b.Directives {
		for _, last = range d.Tokens {
			if last.via != main {
				return nil, at, false
			}
		}
		at.words += len(d.Tokens)
	}
	at.words += len(b.Keys)
	at.line, at.column, at.endLine, at.endColumn = first.line, first.column, last.line, last.column
	return first.source, at, true
}
