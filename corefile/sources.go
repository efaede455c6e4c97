package corefile

import "sync"

// Sources keep files that were read, so that parsing another configuration with some of
// the same costs less. Of two texts of one file they keep the last. They never forget a
// file, so they should go with what has it. They may be used by several goroutines. The zero
// Sources are empty and ready to use.
type Sources struct {
	// Foreign, if given, keep the foreign files, which stay the same for longer.
	Foreign *Sources

	mu   sync.RWMutex
	read map[name]*source
}

type name struct{ name, path string }

// find returns a file that was read before, or nil.
func (s *Sources) find(file File) *source {
	switch {
	case s == nil:
		return nil
	case s.Foreign != nil && file.Foreign:
		return s.Foreign.find(file)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if found := s.read[name{file.Name, file.Path}]; found != nil && found.File == file {
		return found
	}
	return nil
}

func (s *Sources) add(read *source) {
	switch {
	case s == nil:
		return
	case s.Foreign != nil && read.Foreign:
		s.Foreign.add(read)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.read == nil {
		s.read = map[name]*source{}
	}
	s.read[name{read.Name, read.Path}] = read
}
