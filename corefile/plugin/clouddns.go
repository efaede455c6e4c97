package plugin

import "corewarden/corefile/plugin/reader"

// clouddns reads: clouddns [ZONE:PROJECT:HOSTED-ZONE...] { credentials FILE; endpoint URL;
// fallthrough [ZONE...]; refresh DURATION; upstream }. All uses in a block count.
func clouddns(p *Parser) error {
	err := p.Every(func() error {
		use := reader.Store{Token: p.Token()}
		defer func() { p.Store(use) }()
		var err error
		if use.Zones, err = p.CloudZones(3, "ZONE:PROJECT:HOSTED-ZONE"); err != nil {
			return err
		}
		return p.ReadBlock(reader.Properties{
			{Name: "credentials", Usage: "FILE", Read: func() error {
				if !p.NextArg() {
					return p.ArgErr("credentials FILE")
				}
				return p.PodFile(p.Token(), "the credentials file")
			}},
			{Name: "endpoint", Usage: "URL", Since: "1.15.0", Read: p.Value("endpoint URL")},
			{Name: "fallthrough", Usage: "[ZONE...]", Read: p.FallthroughInto(&use.Fallthrough)},
			{Name: "refresh", Usage: "DURATION", Since: "1.15.0", Read: p.CloudRefresh},
			{Name: "upstream", Read: p.FormerUpstream},
		})
	})
	return p.CloudAPI("Google Cloud DNS", err)
}
