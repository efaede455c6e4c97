package plugin

import (
	"net/url"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// route53 reads: route53 [ZONE:HOSTED-ZONE-ID...] { aws_access_key ID SECRET; aws_endpoint
// URL; credentials PROFILE [FILE]; fallthrough [ZONE...]; refresh DURATION; upstream }. All
// uses in a block count.
func route53(p *Parser) error {
	err := p.Every(func() error {
		use := reader.Store{Token: p.Token()}
		defer func() { p.Store(use) }()
		var err error
		if use.Zones, err = p.CloudZones(2, "ZONE:HOSTED-ZONE-ID"); err != nil {
			return err
		}
		var key []corefile.Token // the last one counts
		defer func() {
			if len(use.Zones) > 0 { // else nothing is asked for
				p.emptyKey(key)
			}
		}()
		return p.ReadBlock(reader.Properties{
			{Name: "aws_access_key", Usage: "ID SECRET", Read: func() error {
				args := p.RemainingArgs()
				if len(args) < 2 {
					return p.ArgErr("aws_access_key ID SECRET")
				}
				p.Ignored(args, 2)
				key = args[:2]
				return nil
			}},
			{Name: "aws_endpoint", Usage: "URL", Read: func() error {
				if !p.NextArg() {
					return p.ArgErr("aws_endpoint URL")
				}
				return p.awsEndpoint(len(use.Zones) > 0)
			}},
			{Name: "credentials", Usage: "PROFILE [FILE]", Read: func() error {
				if !p.NextArg() {
					return p.ArgErr("credentials PROFILE [FILE]")
				}
				p.NextArg()
				return nil
			}},
			{Name: "fallthrough", Usage: "[ZONE...]", Read: p.FallthroughInto(&use.Fallthrough)},
			{Name: "refresh", Usage: "DURATION", Read: p.CloudRefresh},
			{Name: "upstream", Read: p.FormerUpstream},
		})
	})
	return p.CloudAPI("Amazon Route 53", err)
}

// emptyKey reports a part of an access key that is empty. It is read for the first question to Route
// 53, at the start.
func (p *Parser) emptyKey(key []corefile.Token) {
	if i := slices.IndexFunc(key, func(t corefile.Token) bool { return t.Text == "" }); i >= 0 && !p.Nameless {
		p.ReportError(p.ErrorAt(key[i], reader.RuleInvalidValue, "an access key has an ID and a secret, and neither may be empty. Write both, or remove aws_access_key"))
	}
}

// awsEndpoint checks the current token, which is to be the URL to ask. It is asked only for zones.
// From CoreDNS 1.12.3 on the plugin takes the closing brace of the block for it.
func (p *Parser) awsEndpoint(asked bool) error {
	text := p.Val()
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	switch u, err := url.Parse(text); {
	case !asked:
	case p.Since("1.12.3"):
		return p.Errorf(reader.RuleConflict, `%s takes the closing "}" for the value of aws_endpoint, and then it does not start. Remove aws_endpoint`, p.Release.Name)
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		return p.Errorf(reader.RuleInvalidValue, "%s is not a URL. Write one such as %q", corefile.Quote(p.Val()), "https://192.0.2.1")
	}
	return nil
}
