package plugin

import (
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// azure reads: azure [GROUP:ZONE...] { subscription ID; tenant ID; client ID; secret
// SECRET; environment NAME; fallthrough [ZONE...]; access public|private; refresh
// DURATION }. All uses in a block count.
func azure(p *Parser) error {
	seen := map[string]bool{}
	use := reader.Store{Token: p.Tokens[0]}
	err := p.Every(func() error {
		args := p.RemainingArgs()
		for _, arg := range args {
			group, zone, _ := strings.Cut(arg.Text, ":")
			switch {
			case group == "" || zone == "":
				return p.ErrorAt(arg, reader.RuleInvalidValue, "%s is not a resource group with a zone. Write GROUP:ZONE", corefile.Quote(arg.Text))
			case seen[group+zone]: // as CoreDNS does, without the colon
				return p.ErrorAt(arg, reader.RuleInvalidValue, "%s is given twice. Remove one", corefile.Quote(arg.Text))
			}
			seen[group+zone] = true
			use.Zones = append(use.Zones, reader.CloudZone(zone))
		}
		return p.ReadBlock(reader.Properties{
			{Name: "subscription", Usage: "ID", Read: p.Value("subscription ID")},
			{Name: "tenant", Usage: "ID", Read: p.Value("tenant ID")},
			{Name: "client", Usage: "ID", Read: p.Value("client ID")},
			{Name: "secret", Usage: "SECRET", Read: p.Value("secret SECRET")},
			{Name: "environment", Usage: "NAME", Read: p.azureEnvironment},
			{Name: "fallthrough", Usage: "[ZONE...]", Read: p.FallthroughInto(&use.Fallthrough)},
			{Name: "access", Usage: "public|private", Read: p.NextOneOf("access", "public", "private")},
			{Name: "refresh", Usage: "DURATION", Since: "1.15.0", Read: p.CloudRefresh},
		})
	})
	p.Store(use)
	return p.CloudAPI("Azure", err)
}

func (p *Parser) azureEnvironment() error {
	if !p.NextArg() {
		return p.ArgErr("environment NAME")
	}
	if strings.EqualFold(p.Val(), "AZURESTACKCLOUD") {
		p.Warnf(reader.RulePodFile, "the server reads the settings of this cloud from the file named by AZURE_ENVIRONMENT_FILEPATH in its pod; Corewarden cannot check it")
		return nil
	}
	if !slices.Contains(azureEnvironments, strings.ToUpper(p.Val())) {
		return p.NoneOf(p.Token(), azureEnvironments)
	}
	return nil
}

// azureEnvironments are the clouds, each named in small or capital letters.
var azureEnvironments = []string{
	"AZURECLOUD", "AZUREPUBLICCLOUD", "AZURECHINACLOUD", "AZUREGERMANCLOUD", "AZUREUSGOVERNMENT", "AZUREUSGOVERNMENTCLOUD",
}
