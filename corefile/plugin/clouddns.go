package plugin

// clouddns reads: clouddns [ZONE:PROJECT:HOSTED-ZONE...] { credentials FILE; endpoint URL;
// fallthrough [ZONE...]; refresh DURATION; upstream }. All uses in a block count.
func clouddns(p *Parser) error {
	err := p.every(func() error {
		use := Store{Token: p.Token()}
		defer func() { p.store(use) }()
		var err error
		if use.Zones, err = p.cloudZones(3, "ZONE:PROJECT:HOSTED-ZONE"); err != nil {
			return err
		}
		return p.block(properties{
			{name: "credentials", usage: "FILE", read: func() error {
				if !p.NextArg() {
					return p.argErr("credentials FILE")
				}
				return p.podFile(p.Token(), "the credentials file")
			}},
			{name: "endpoint", usage: "URL", since: "1.15.0", read: p.value("endpoint URL")},
			{name: "fallthrough", usage: "[ZONE...]", read: p.fallthroughInto(&use.Fallthrough)},
			{name: "refresh", usage: "DURATION", since: "1.15.0", read: p.cloudRefresh},
			{name: "upstream", read: p.formerUpstream},
		})
	})
	return p.cloudAPI("Google Cloud DNS", err)
}
