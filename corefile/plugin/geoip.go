package plugin

import "corewarden/corefile"

// geoip reads: geoip DATABASE { edns-subnet }.
func geoip(p *Parser) error {
	var database *corefile.Token
	err := p.every(func() error {
		if !p.NextArg() {
			return p.argErr("geoip DATABASE")
		}
		if database != nil && database.Text != "" {
			return p.errorf(RuleRepeatedPlugin, "a server block can use only one database. Remove one")
		}
		given := p.Token()
		database = &given
		if len(p.RemainingArgs()) > 0 {
			return p.argErr("geoip DATABASE")
		}
		return p.block(properties{{name: "edns-subnet", read: nothing}})
	})
	if err != nil || database == nil {
		return err
	}
	return p.podFile(*database, "the database")
}
