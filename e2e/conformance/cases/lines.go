package cases

import "slices"

// placed chooses a place at a depth. It reports false where there is none.
func (m *mutator) placed(t text, depth int) (place, bool) {
	places := t.at(depth)
	if len(places) == 0 {
		return place{}, false
	}
	return pick(m.Rand, places), true
}

func (m *mutator) dropLine(t text) text {
	line := m.IntN(len(t))
	return t.remove(line, line+1)
}

func (m *mutator) doubleLine(t text) text {
	line := m.IntN(len(t))
	return t.insert(line, t[line])
}

// moveLine moves a line to anywhere, out of its block or into another.
func (m *mutator) moveLine(t text) text {
	line := m.IntN(len(t))
	return t.remove(line, line+1).insert(m.IntN(len(t)), t[line])
}

// shuffle swaps two directives or two properties.
func (m *mutator) shuffle(t text) text {
	places := t.at(1 + m.IntN(2))
	if len(places) < 2 {
		return m.addProperty(t)
	}
	i := m.IntN(len(places) - 1)
	first, second := places[i], places[i+1]
	return slices.Concat(t[:first.line], t[second.line:second.end], t[first.end:second.line], t[first.line:first.end], t[second.end:])
}

// addProperty adds a property that some example of the same plugin has, and a block to
// hold it if there is none.
func (m *mutator) addProperty(t text) text {
	directive, found := m.placed(t, 1)
	if !found || len(m.pieces.properties[directive.plugin]) == 0 {
		return m.insertWord(t)
	}
	return m.addLine(t, directive, pick(m.Rand, m.pieces.properties[directive.plugin]))
}

// foreignProperty adds a property of another plugin.
func (m *mutator) foreignProperty(t text) text {
	directive, found := m.placed(t, 1)
	properties := m.pieces.properties[pick(m.Rand, m.pieces.names)]
	if !found || len(properties) == 0 {
		return m.addProperty(t)
	}
	return m.addLine(t, directive, pick(m.Rand, properties))
}

func (m *mutator) addLine(t text, directive place, line []string) text {
	head := t[directive.line]
	if head[len(head)-1] == "{" {
		return t.insert(directive.line+1+m.IntN(max(1, directive.end-directive.line-1)), line)
	}
	opened := t.replace(directive.line, append(slices.Clone(head), "{"))
	return opened.insert(directive.line+1, line, []string{"}"})
}

// addDirective adds another plugin to a server block.
func (m *mutator) addDirective(t text) text {
	at, found := m.placed(t, 1)
	if !found {
		return m.insertWord(t)
	}
	return t.insert(at.line, pick(m.Rand, m.pieces.directives[pick(m.Rand, m.pieces.names)])...)
}

// bindInterface has a server block listen on interfaces.
func (m *mutator) bindInterface(t text) text {
	at, found := m.placed(t, 1)
	if !found {
		return m.insertWord(t)
	}
	words := []string{"bind"}
	for range 1 + m.IntN(2) {
		words = append(words, pick(m.Rand, []string{"eth0", "eth1", "lo", "ens3.100", "127.0.0.1", "198.18.0.1"}))
	}
	if m.IntN(4) > 0 {
		return t.insert(at.line, words)
	}
	except := []string{"except", pick(m.Rand, []string{"eth0", "eth1", "lo", "127.0.0.1"})}
	return t.insert(at.line, append(words, "{"), except, []string{"}"})
}

// repeatDirective uses a plugin of a server block once more, as it is or as another
// example does.
func (m *mutator) repeatDirective(t text) text {
	at, found := m.placed(t, 1)
	if !found {
		return m.doubleLine(t)
	}
	again := t[at.line:at.end]
	if others := m.pieces.directives[at.plugin]; len(others) > 0 && m.IntN(3) > 0 {
		again = pick(m.Rand, others)
	}
	if m.IntN(2) == 0 {
		return t.insert(at.line, again...)
	}
	return t.insert(at.end, again...)
}

// leaveBlock takes a property out of its block, to stand beside its plugin.
func (m *mutator) leaveBlock(t text) text {
	at, found := m.placed(t, 2)
	if !found {
		return m.moveLine(t)
	}
	line := t[at.line]
	directives := t.at(1)
	return t.remove(at.line, at.line+1).insert(directives[0].line, line)
}

// changeKey changes, adds or doubles a zone of a server block.
func (m *mutator) changeKey(t text) text {
	at, found := m.placed(t, 0)
	if !found {
		return m.misspell(t)
	}
	words := slices.Clone(t[at.line])
	i := m.IntN(len(words))
	switch m.IntN(4) {
	case 0:
		words = slices.Insert(words, i, words[i])
	case 1:
		words = slices.Insert(words, i, m.key())
	case 2:
		words[i] = pick(m.Rand, transports) + words[i]
	default:
		words[i] = m.key()
	}
	return t.replace(at.line, words)
}

// addBlock adds a server block, for the zones of another one or for new ones.
func (m *mutator) addBlock(t text) text {
	keys := []string{m.key(), "{"}
	if at, found := m.placed(t, 0); found && m.IntN(2) == 0 {
		keys = t[at.line]
	}
	block := text{keys}
	for range m.IntN(3) {
		block = append(block, pick(m.Rand, m.pieces.directives[pick(m.Rand, m.pieces.names)])...)
	}
	block = append(block, []string{"}"})
	if m.IntN(2) == 0 {
		return append(block, t...)
	}
	return append(slices.Clone(t), block...)
}

// moveBrace moves a brace to where people put it by mistake.
func (m *mutator) moveBrace(t text) text {
	line, _ := m.anyWord(t)
	words := slices.Clone(t[line])
	last := len(words) - 1
	switch {
	case words[last] != "{":
		return t.replace(line, append(words, pick(m.Rand, []string{"{", "}", "{}", "{ }"})))
	case last > 0 && m.IntN(3) == 0:
		words[last-1] += "{"
		return t.replace(line, words[:last])
	case m.IntN(2) == 0:
		return t.replace(line, words[:last]).insert(line+1, []string{"{"})
	}
	return t.replace(line, words[:last])
}

func (m *mutator) breakLine(t text) text {
	line, word := m.anyWord(t)
	if word == 0 {
		return t
	}
	return t.replace(line, t[line][:word:word]).insert(line+1, t[line][word:])
}

func (m *mutator) joinLines(t text) text {
	line := m.IntN(len(t))
	if line == 0 {
		return t
	}
	return t.replace(line-1, slices.Concat(t[line-1], t[line])).remove(line, line+1)
}

func (m *mutator) addComma(t text) text {
	at, found := m.placed(t, 0)
	line := at.line
	if !found || m.IntN(4) == 0 {
		line = m.IntN(len(t))
	}
	words := slices.Clone(t[line])
	i := m.IntN(len(words))
	if m.IntN(3) == 0 {
		words = slices.Insert(words, i, ",")
	} else {
		words[i] += ","
	}
	return t.replace(line, words)
}
