package plugin

import "corewarden/corefile/plugin/reader"

// local reads: local { localhost_prefix on|off }. The last use in a block counts. Before
// CoreDNS 1.14.5 it took nothing, and before 1.14.4 it ignored what it was given.
func local(p *Parser) error {
	if !p.Since("1.14.5") {
		return p.First(func() error {
			if p.Since("1.14.4") && p.NextArg() {
				return p.ArgErr("local")
			}
			return nil
		})
	}
	return p.Every(func() error {
		if len(p.RemainingArgs()) > 0 {
			return p.ArgErr("local")
		}
		return p.ReadBlock(reader.Properties{
			{Name: "localhost_prefix", Usage: "on|off", Since: "1.14.5", Read: func() error { return p.OneOf("localhost_prefix on|off", nil, "on", "off") }},
		})
	})
}
