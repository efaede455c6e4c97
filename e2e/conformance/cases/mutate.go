package cases

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// A mutator changes cases at random.
type mutator struct {
	*rand.Rand
	pieces   *pieces
	examples []Case
}

// change returns a case with one to four random changes, most often one.
func (m *mutator) change(c Case) Case {
	changed := Case{Origin: c.Origin + ", changed", Plugin: c.Plugin, Files: map[string]string{}}
	for _, key := range c.Keys() {
		t := parse(c.Files[key])
		if m.IntN(16) > 0 {
			t = t.onFixtures()
		}
		changed.Files[key] = t.String()
	}
	for count := 1; ; count++ {
		m.step(changed.Files)
		if count == 4 || m.IntN(5) > 1 {
			break
		}
	}
	for m.IntN(8) == 0 {
		if keys := changed.corefiles(); len(keys) > 0 {
			m.hideWord(&changed, pick(m.Rand, keys))
		}
	}
	return changed
}

// step makes one change to one of the files.
func (m *mutator) step(files map[string]string) {
	keys := make([]string, 0, len(files))
	for key := range files {
		if strings.HasSuffix(key, "Corefile") {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return
	}
	slices.Sort(keys)
	key := pick(m.Rand, keys)
	switch kind := m.IntN(100); {
	case kind < 84:
		t := parse(files[key])
		if len(t) == 0 {
			return
		}
		files[key] = pick(m.Rand, lineChanges)(m, t).String()
	case kind < 93:
		files[key] = pick(m.Rand, spellings)(m, files[key])
	default:
		pick(m.Rand, bundleChanges)(m, files, key)
	}
}

// A lineChange changes words or lines of a text.
type lineChange func(*mutator, text) text

// lineChanges are all of them, each as often as it is to be chosen.
var lineChanges = slices.Concat(
	slices.Repeat([]lineChange{(*mutator).addProperty, (*mutator).tweakValue}, 6),
	slices.Repeat([]lineChange{(*mutator).insertWord, (*mutator).replaceWord, (*mutator).dropWord, (*mutator).misspell}, 3),
	slices.Repeat([]lineChange{
		(*mutator).swapWords, (*mutator).doubleWord, (*mutator).addDirective, (*mutator).repeatDirective,
		(*mutator).shuffle, (*mutator).dropLine, (*mutator).changeKey, (*mutator).addBlock,
	}, 2),
	[]lineChange{
		(*mutator).doubleLine, (*mutator).moveLine, (*mutator).foreignProperty, (*mutator).leaveBlock,
		(*mutator).bindInterface, (*mutator).moveBrace, (*mutator).breakLine, (*mutator).joinLines, (*mutator).addComma,
	},
)

// anyWord chooses a word, seldom one of a server block's keys or the name of a plugin:
// what is no plugin is refused before anything else is looked at.
func (m *mutator) anyWord(t text) (line, word int) {
	inside := slices.DeleteFunc(t.places(), func(p place) bool { return p.depth == 0 || t[p.line][0] == "}" })
	if len(inside) == 0 || m.IntN(12) == 0 {
		line = m.IntN(len(t))
	} else {
		line = pick(m.Rand, inside).line
	}
	words := len(t[line])
	if at := t.places()[line]; at.depth == 1 && words > 1 && m.IntN(8) > 0 {
		return line, 1 + m.IntN(words-1)
	}
	return line, m.IntN(words)
}

// wordFor returns a word that examples have, mostly of the plugin that a line is part of.
func (m *mutator) wordFor(t text, line int) string {
	words := m.pieces.words[t.places()[line].plugin]
	if len(words) == 0 || m.IntN(6) == 0 {
		words = m.pieces.anyWord
	}
	if m.IntN(4) == 0 {
		return pick(m.Rand, values)
	}
	return pick(m.Rand, words)
}

func (m *mutator) dropWord(t text) text {
	line, word := m.anyWord(t)
	return t.replace(line, slices.Delete(slices.Clone(t[line]), word, word+1))
}

func (m *mutator) doubleWord(t text) text {
	line, word := m.anyWord(t)
	return t.replace(line, slices.Insert(slices.Clone(t[line]), word, t[line][word]))
}

func (m *mutator) swapWords(t text) text {
	line, word := m.anyWord(t)
	words := slices.Clone(t[line])
	other := (word + 1) % len(words)
	words[word], words[other] = words[other], words[word]
	return t.replace(line, words)
}

// insertWord puts a word in front of another or, as often, at the end of the arguments.
func (m *mutator) insertWord(t text) text {
	line, word := m.anyWord(t)
	if m.IntN(2) == 0 {
		word = len(t[line])
		if t[line][word-1] == "{" {
			word--
		}
	}
	return t.replace(line, slices.Insert(slices.Clone(t[line]), word, m.wordFor(t, line)))
}

func (m *mutator) replaceWord(t text) text {
	line, word := m.anyWord(t)
	words := slices.Clone(t[line])
	words[word] = m.wordFor(t, line)
	return t.replace(line, words)
}

func (m *mutator) misspell(t text) text {
	line, word := m.anyWord(t)
	words := slices.Clone(t[line])
	words[word] = m.misspelt(words[word])
	return t.replace(line, words)
}

func (m *mutator) misspelt(word string) string {
	letters := []rune(word)
	i := m.IntN(len(letters))
	switch m.IntN(6) {
	case 0:
		letters = slices.Delete(letters, i, i+1)
	case 1:
		letters = slices.Insert(letters, i, letters[i])
	case 2:
		letters = slices.Insert(letters, i, pick(m.Rand, []rune(`.:/-_*,;"\{}()[]%$#@=+0123456789abcxyzABC`)))
	case 3:
		letters[i], letters[(i+1)%len(letters)] = letters[(i+1)%len(letters)], letters[i]
	case 4:
		if strings.ToUpper(word) != word {
			return strings.ToUpper(word)
		}
		return strings.ToLower(word)
	default:
		letters[i] = pick(m.Rand, []rune(`.:/-*"\{}[]%$0123456789abcxyz`))
	}
	return string(letters)
}
