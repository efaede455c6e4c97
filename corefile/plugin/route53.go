package plugin

// route53 reads: route53 [ZONE:HOSTED-ZONE-ID...] { aws_access_key ID SECRET; aws_endpoint
// URL; credentials PROFILE [FILE]; fallthrough [ZONE...]; refresh DURATION; upstream }. All
// uses in a block count.
func route53(p *Parser) error {
	err := p.every(func() error {
		use := Store{Token: p.Token()}
		defer func() { p.store(use) }()
		var err error
		if use.Zones, err = p.cloudZones(2, "ZONE:HOSTED-ZONE-ID"); err != nil {
			return err
		}
		return p.block(properties{
			{name: "aws_access_key", usage: "ID SECRET", read: func() error {
				args := p.RemainingArgs()
				if len(args) < 2 {
					return p.argErr("aws_access_key ID SECRET")
				}
				p.ignored(args, 2)
				return nil
			}},
			{name: "aws_endpoint", usage: "URL", read: p.value("aws_endpoint URL")},
			{name: "credentials", usage: "PROFILE [FILE]", read: func() error {
				if !p.NextArg() {
					return p.argErr("credentials PROFILE [FILE]")
				}
				p.NextArg()
				return nil
			}},
			{name: "fallthrough", usage: "[ZONE...]", read: p.fallthroughInto(&use.Fallthrough)},
			{name: "refresh", usage: "DURATION", read: p.cloudRefresh},
			{name: "upstream", read: p.formerUpstream},
		})
	})
	return p.cloudAPI("Amazon Route 53", err)
}
