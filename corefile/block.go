package corefile

import "slices"

// A Block is a server block: the zones it serves and what it does for them.
type Block struct {
	// Keys are the zones as written, without the commas between them. A block
	// without keys is read and then ignored by CoreDNS.
	Keys []Token
	// Directives are in the order in which they are written.
	Directives []Directive
	// open is the block's opening brace, or its first token where it has none.
	open Token
	// braced tells whether the block has braces.
	braced bool
	// plugins are the directives by plugin.
	plugins []Directive
	kept    *Kept // see Kept
}

// Plugins returns each known plugin of the block once, with the tokens of all its
// directives one after the other, as CoreDNS hands them to the plugin.
func (b *Block) Plugins() []Directive { return b.plugins }

// Uses reports whether the block has a directive of the plugin.
func (b *Block) Uses(plugin string) bool {
	return b.place(plugin) >= 0
}

func (b *Block) place(plugin string) int {
	return slices.IndexFunc(b.plugins, func(d Directive) bool { return d.Name() == plugin })
}

func (b *Block) groupByPlugin(known func(directive string) bool) {
	b.plugins = make([]Directive, 0, min(len(b.Directives), 8))
	for i, d := range b.Directives {
		if !known(d.Name()) {
			continue
		}
		place := b.place(d.Name())
		if place < 0 {
			b.plugins = append(b.plugins, d) // most are used once: nothing is copied
			continue
		}
		all := &b.plugins[place].Tokens
		if len(d.Tokens) > cap(*all)-len(*all) { // the second use: there is room for this one alone
			*all = slices.Grow(*all, tokensOf(d.Name(), b.Directives[i:]))
		}
		*all = append(*all, d.Tokens...)
	}
}

// tokensOf counts the tokens of a plugin's directives.
func tokensOf(plugin string, directives []Directive) int {
	count := 0
	for _, d := range directives {
		if d.Name() == plugin {
			count += len(d.Tokens)
		}
	}
	return count
}

// HasBraces reports whether the block's directives are enclosed in braces.
func (b *Block) HasBraces() bool { return b.braced }

// A Directive is one use of a plugin: its name, its arguments and its properties.
type Directive struct {
	// Tokens are all tokens of the directive, braces included; the first is its name.
	Tokens []Token

	place int // of the first of them among all that was read
}

// Name returns the name of the plugin.
func (d Directive) Name() string { return d.Tokens[0].Text }
