package reader

import "strconv"

// Limit returns the reader of a property with one number from least to most, which may
// stand only once. It takes note of the number in seen.
func (p *Parser) Limit(seen map[string]int, least, most int) func() error {
	return func() error {
		name := p.Val()
		args := p.RemainingArgs()
		if len(args) != 1 {
			return p.ArgErr(name + " NUMBER")
		}
		if err := p.Integer(args[0], "the number", least, most); err != nil {
			return err
		}
		if _, again := seen[name]; again {
			return p.Errorf(RuleRepeatedPlugin, "%s is allowed only once. Remove one", name)
		}
		seen[name], _ = strconv.Atoi(args[0].Text)
		return nil
	}
}

// Limits reads a block of limits, without arguments before it. CoreDNS ignores a second
// use.
func (p *Parser) Limits(of func(seen map[string]int) Properties) error {
	return p.First(func() error {
		if len(p.RemainingArgs()) > 0 {
			return p.ArgErr(p.Name + " { ... }")
		}
		return p.ReadBlock(of(map[string]int{}))
	})
}
