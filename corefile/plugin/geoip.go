package plugin

// geoip reads: geoip DATABASE { edns-subnet }.
func geoip(p *Parser) error {
	database, at := "", 0
	err := p.every(func() error {
		if !p.NextArg() {
			return p.argErr("geoip DATABASE")
		}
		if database != "" {
			return p.errorf(RuleRepeatedPlugin, "a server block can use only one database. Remove one")
		}
		database, at = p.Val(), p.position
		if len(p.RemainingArgs()) > 0 {
			return p.argErr("geoip DATABASE")
		}
		return p.block(properties{{name: "edns-subnet", read: nothing}})
	})
	if err != nil {
		return err
	}
	return p.podFile(p.backTo(at), database, "the database")
}
