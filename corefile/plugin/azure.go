package plugin

import (
	"slices"
	"strings"

	"corewarden/corefile"
)

// azure reads: azure [GROUP:ZONE...] { subscription ID; tenant ID; client ID; secret
// SECRET; environment NAME; fallthrough [ZONE...]; access public|private; refresh
// DURATION }. All uses in a block count.
func azure(p *Parser) error {
	seen := map[string]bool{}
	use := Store{Token: p.tokens[0]}
	err := p.every(func() error {
		args := p.RemainingArgs()
		for _, arg := range args {
			group, zone, _ := strings.Cut(arg.Text, ":")
			switch {
			case group == "" || zone == "":
				return p.errorAt(arg, RuleInvalidValue, "%s is not a resource group with a zone. Write GROUP:ZONE", corefile.Quote(arg.Text))
			case seen[group+zone]: // as CoreDNS does, without the colon
				return p.errorAt(arg, RuleInvalidValue, "%s is given twice. Remove one", corefile.Quote(arg.Text))
			}
			seen[group+zone] = true
			use.Zones = append(use.Zones, cloudZone(zone))
		}
		return p.block(properties{
			{name: "subscription", usage: "ID", read: p.value("subscription ID")},
			{name: "tenant", usage: "ID", read: p.value("tenant ID")},
			{name: "client", usage: "ID", read: p.value("client ID")},
			{name: "secret", usage: "SECRET", read: p.value("secret SECRET")},
			{name: "environment", usage: "NAME", read: p.azureEnvironment},
			{name: "fallthrough", usage: "[ZONE...]", read: p.fallthroughInto(&use.Fallthrough)},
			{name: "access", usage: "public|private", read: p.nextOneOf("access", "public", "private")},
			{name: "refresh", usage: "DURATION", since: "1.15.0", read: p.cloudRefresh},
		})
	})
	p.store(use)
	return p.cloudAPI("Azure", err)
}

func (p *Parser) azureEnvironment() error {
	if !p.NextArg() {
		return p.argErr("environment NAME")
	}
	if strings.EqualFold(p.Val(), "AZURESTACKCLOUD") {
		p.warnf(RulePodFile, "the server reads the settings of this cloud from the file named by AZURE_ENVIRONMENT_FILEPATH in its pod; Corewarden cannot check it")
		return nil
	}
	if !slices.Contains(azureEnvironments, strings.ToUpper(p.Val())) {
		return p.noneOf(p.Token(), azureEnvironments)
	}
	return nil
}

// azureEnvironments are the clouds, each named in small or capital letters.
var azureEnvironments = []string{
	"AZURECLOUD", "AZUREPUBLICCLOUD", "AZURECHINACLOUD", "AZUREGERMANCLOUD", "AZUREUSGOVERNMENT", "AZUREUSGOVERNMENTCLOUD",
}
