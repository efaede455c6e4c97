package corefile

import "sync"

// Sources keep files that were read, so that parsing another configuration with some of
// the same costs less. Of two texts of one file they keep the last. They never forget a
// file, so they should go with what has it. They may be used by several goroutines. The zero
// Sources are empty and ready to use.
type Sources struct {
	// Foreign, if given, keep the foreign files, which stay the same for longer, and of the
	// servers' own Corefiles the server blocks: see Block.Kept.
	Foreign *Sources

	mu   sync.Mutex
	read map[name]*source
}

type name struct{ name, path string }

// lex returns the tokens of a file, which are read once.
func (s *Sources) lex(file File) *source {
	switch {
	case s == nil:
		return lex(file)
	case s.Foreign != nil && file.Foreign:
		return s.Foreign.lex(file)
	}
	found := s.find(file)
	found.once.Do(found.lex)
	return found
}

// find returns the source of a file, which may not have been read yet.
func (s *Sources) find(file File) *source {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := name{file.Name, file.Path}
	if found := s.read[at]; found != nil && found.File == file {
		return found
	}
	if s.read == nil {
		s.read = map[name]*source{}
	}
	s.read[at] = &source{File: file}
	return s.read[at]
}
