package plugin

import (
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin/reader"
)

// dynupdate reads: dynupdate [ZONE] { file FILE; database FILE; allow KEY NAME|@|* TYPE...|*;
// max_records NUMBER; max_bytes NUMBER; max_update_records NUMBER }, each but allow once.
func dynupdate(p *Parser) error {
	return p.Once(func() error {
		origin, err := p.dynupdateOrigin()
		if err != nil {
			return err
		}
		p.Store(reader.Store{Token: p.Tokens[0], Zones: []string{origin}})
		seen := map[string]bool{}
		var seed, database corefile.Token
		single := func(read func() error) func() error {
			return func() error {
				name := p.Val()
				if seen[name] {
					return p.Errorf(reader.RuleRepeatedPlugin, "%s is allowed only once. Remove one", name)
				}
				seen[name] = true
				return read()
			}
		}
		if err := p.ReadBlock(reader.Properties{
			{Name: "file", Usage: "FILE", Read: single(func() error { return p.dynupdateFile(&seed) })},
			{Name: "database", Usage: "FILE", Read: single(func() error { return p.dynupdateDatabase(&database) })},
			{Name: "allow", Usage: "KEY NAME|@|* TYPE...|*", Read: func() error { seen["allow"] = true; return p.dynupdateAllow(origin) }},
			{Name: "max_records", Usage: "NUMBER", Read: single(p.dynupdateLimit)},
			{Name: "max_bytes", Usage: "NUMBER", Read: single(p.dynupdateLimit)},
			{Name: "max_update_records", Usage: "NUMBER", Read: single(p.dynupdateLimit)},
		}); err != nil {
			return err
		}
		switch {
		case !seen["file"]:
			return p.Errorf(reader.RuleMissingProperty, "the zone file is missing. Add: file FILE")
		case !seen["allow"]:
			return p.Errorf(reader.RuleMissingProperty, "nothing says who may change what. Add: allow KEY NAME TYPE...")
		case database.Text != "" && path.Clean(database.Text) == path.Clean(seed.Text):
			return p.ErrorAt(database, reader.RuleConflict, "the database and the zone file are the same file. Name another for one of them")
		}
		return nil
	})
}

// dynupdateOrigin reads: [ZONE], which is the block's only one otherwise. It returns "" for one
// that only the pod knows.
func (p *Parser) dynupdateOrigin() (string, error) {
	args := p.RemainingArgs()
	switch len(args) {
	case 0:
		zones := map[string]bool{}
		if p.Portless(len(p.Transports)) {
			return "", p.Errorf(reader.RuleConflict, `in a block with a "unix://" zone it has to be told its zone: dynupdate ZONE`)
		}
		for _, zone := range p.Zones {
			zones[canonicalName(zone)] = true
		}
		if len(zones) > 1 {
			return "", p.Errorf(reader.RuleWrongArguments, "this server block has several zones. Write which one to update: dynupdate ZONE")
		}
		return canonicalName(slices.Concat(p.Zones, []string{"."})[0]), nil
	case 1:
		if p.Hidden(args[0]) {
			return "", nil
		}
		zones, err := p.NormalizeExact(args[0].Text)
		if err != nil {
			return "", p.NotAZone(args[0], err)
		}
		if len(zones) != 1 {
			return "", p.Errorf(reader.RuleInvalidValue, "%s stands for %d zones. Name one zone", corefile.Quote(args[0].Text), len(zones))
		}
		return canonicalName(zones[0]), nil
	}
	return "", p.ArgErr("dynupdate [ZONE]")
}

// canonicalName returns a domain name as CoreDNS compares it.
func canonicalName(name string) string { return strings.ToLower(dns.CanonicalName(name)) }

func (p *Parser) dynupdateFile(into *corefile.Token) error {
	args := p.RemainingArgs()
	if len(args) != 1 {
		return p.ArgErr("file FILE")
	}
	*into = args[0]
	return p.PodFile(args[0], "the zone file")
}

func (p *Parser) dynupdateDatabase(into *corefile.Token) error {
	args := p.RemainingArgs()
	if len(args) != 1 || args[0].Text == "" {
		return p.ArgErr("database FILE")
	}
	*into = args[0]
	return nil
}

func (p *Parser) dynupdateLimit() error {
	name := p.Val()
	args := p.RemainingArgs()
	if len(args) != 1 {
		return p.ArgErr(name + " NUMBER")
	}
	err := p.Integer(args[0], "the number", 1, math.MaxInt)
	return err
}

func (p *Parser) dynupdateAllow(origin string) error {
	args := p.RemainingArgs()
	n := len(args)
	if n < 3 {
		return p.ArgErr("allow KEY NAME|@|* TYPE...|*")
	}
	if _, ok := dns.IsDomainName(dns.Fqdn(args[0].Text)); !ok || strings.TrimSpace(args[0].Text) == "" || args[0].Text == "*" || args[0].Text == "@" {
		return p.ErrorAt(args[0], reader.RuleInvalidValue, "%s is not the name of a tsig key", corefile.Quote(args[0].Text))
	}
	if name := canonicalName(args[1].Text); args[1].Text != "*" && args[1].Text != "@" {
		if _, ok := dns.IsDomainName(name); !ok || origin != "" && !domain.IsSubDomain(origin, name) {
			return p.ErrorAt(args[1], reader.RuleInvalidValue, "%s is not a name in the zone %s. Write the full name, @ for the zone itself, or * for all", corefile.Quote(args[1].Text), corefile.Quote(origin))
		}
	}
	if n == 3 && args[2].Text == "*" {
		return nil
	}
	for i, arg := range args[2:] {
		if arg.Text == "*" {
			return p.ErrorAt(args[2+i], reader.RuleInvalidValue, "* means every type. Write it alone")
		}
		if !p.dynupdateType(arg.Text) {
			return p.ErrorAt(args[2+i], reader.RuleInvalidValue, "%s is not a record type that can be changed. Write for example A", corefile.Quote(arg.Text))
		}
	}
	return nil
}

// dynupdateForbidden are the types that cannot be changed: those that DNSSEC signs with or
// that are no data.
var dynupdateForbidden = []uint16{
	dns.TypeNone, dns.TypeSIG, dns.TypeKEY, dns.TypeNXT, dns.TypeDS, dns.TypeRRSIG, dns.TypeNSEC, dns.TypeDNSKEY,
	dns.TypeNSEC3, dns.TypeNSEC3PARAM, dns.TypeTALINK, dns.TypeCDS, dns.TypeCDNSKEY, dns.TypeZONEMD, dns.TypeTA, dns.TypeDLV,
	dns.TypeAXFR, dns.TypeIXFR, dns.TypeMAILA, dns.TypeMAILB, dns.TypeOPT, dns.TypeTKEY, dns.TypeTSIG,
}

// dynupdateType reports whether records of a type can be changed. It is written in small
// or capital letters, or as "TYPE" and its number.
func (p *Parser) dynupdateType(text string) bool {
	name := strings.ToUpper(text)
	t, found := p.RecordType(name)
	if number, numbered := strings.CutPrefix(name, "TYPE"); !found && numbered {
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil || n == uint64(dns.TypeReserved) {
			return false
		}
		t, found = uint16(n), true
	}
	_, known := dns.TypeToRR[t]
	return found && known && !slices.Contains(dynupdateForbidden, t)
}
