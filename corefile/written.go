package corefile

import "iter"

// A WrittenWord is a word, or a comment, and where it stands in its text.
type WrittenWord struct {
	Word
	// Start and End are offsets in bytes. Quotes and a comment that is glued to the word are
	// between them.
	Start, End int
	// Comment tells that it is a comment, from its "#" on.
	Comment bool
}

// Written yields the words and comments of a text as they are written.
func Written(text string) iter.Seq[WrittenWord] {
	return func(yield func(WrittenWord) bool) {
		last := int32(0)
		for w := range newLexer(&source{File: File{Text: text}}).written() {
			word := WrittenWord{
				Word:  Word{Text: w.Text, StartsLine: w.line > last},
				Start: w.offset, End: w.offset + len(w.source), Comment: w.comment,
			}
			if !yield(word) {
				return
			}
			last = w.lastWrittenLine()
		}
	}
}
