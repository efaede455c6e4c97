package plugin

import "strconv"

// limit returns the reader of a property with one number from least to most, which may
// stand only once. It takes note of the number in seen.
func (p *Parser) limit(seen map[string]int, least, most int) func() error {
	return func() error {
		name := p.Val()
		args := p.RemainingArgs()
		if len(args) != 1 {
			return p.argErr(name + " NUMBER")
		}
		if err := p.integer(args[0], "the number", least, most); err != nil {
			return err
		}
		if _, again := seen[name]; again {
			return p.errorf(RuleRepeatedPlugin, "%s is allowed only once. Remove one", name)
		}
		seen[name], _ = strconv.Atoi(args[0].Text)
		return nil
	}
}

// limits reads a block of limits, without arguments before it. CoreDNS ignores a second
// use.
func (p *Parser) limits(of func(seen map[string]int) properties) error {
	return p.first(func() error {
		if len(p.RemainingArgs()) > 0 {
			return p.argErr(p.plugin + " { ... }")
		}
		return p.block(of(map[string]int{}))
	})
}
