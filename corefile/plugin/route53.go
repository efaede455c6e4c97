package plugin

import (
	"net/url"
	"strings"

	"corewarden/corefile"
)

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
			{name: "aws_endpoint", usage: "URL", read: func() error {
				if !p.NextArg() {
					return p.argErr("aws_endpoint URL")
				}
				return p.awsEndpoint(len(use.Zones) > 0)
			}},
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

// awsEndpoint checks the current token, which is to be the URL to ask. It is asked only for zones.
// From CoreDNS 1.12.3 on the plugin takes the closing brace of the block for it.
func (p *Parser) awsEndpoint(asked bool) error {
	text := p.Val()
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	switch u, err := url.Parse(text); {
	case !asked:
	case p.since("1.12.3"):
		return p.errorf(RuleConflict, `%s takes the closing "}" for the value of aws_endpoint, and then it does not start. Remove aws_endpoint`, p.Release.Name)
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		return p.errorf(RuleInvalidValue, "%s is not a URL. Write one such as %q", corefile.Quote(p.Val()), "https://192.0.2.1")
	}
	return nil
}
