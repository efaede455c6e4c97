package plugin

// local reads: local { localhost_prefix on|off }. The last use in a block counts. Before
// CoreDNS 1.14.5 it took nothing, and before 1.14.4 it ignored what it was given.
func local(p *Parser) error {
	if !p.since("1.14.5") {
		return p.first(func() error {
			if p.since("1.14.4") && p.NextArg() {
				return p.argErr("local")
			}
			return nil
		})
	}
	return p.every(func() error {
		if len(p.RemainingArgs()) > 0 {
			return p.argErr("local")
		}
		return p.block(properties{
			{name: "localhost_prefix", usage: "on|off", since: "1.14.5", read: func() error { return p.oneOf("localhost_prefix on|off", nil, "on", "off") }},
		})
	})
}
