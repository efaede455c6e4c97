package plugin

import (
	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// geoip reads: geoip DATABASE { edns-subnet }.
func geoip(p *Parser) error {
	var database *corefile.Token
	err := p.Every(func() error {
		if !p.NextArg() {
			return p.ArgErr("geoip DATABASE")
		}
		if database != nil && database.Text != "" {
			return p.Errorf(reader.RuleRepeatedPlugin, "a server block can use only one database. Remove one")
		}
		given := p.Token()
		database = &given
		if len(p.RemainingArgs()) > 0 {
			return p.ArgErr("geoip DATABASE")
		}
		return p.ReadBlock(reader.Properties{{Name: "edns-subnet", Read: reader.Nothing}})
	})
	if err != nil || database == nil {
		return err
	}
	return p.PodFile(*database, "the database")
}
