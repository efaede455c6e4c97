package plugin

import (
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// checkZones reads a zone file whose content is known, as Parse of CoreDNS's plugin file
// does. What takes long or leads to other files it leaves to the pod.
func (f *zoneFiles) checkZones(file zoneFile, text string) error {
	unknown := strings.Contains(text, "$INCLUDE") || strings.Contains(text, "$GENERATE")
	for _, zone := range file.zones {
		if f.Shared.TooMuchZoneText(len(text)) || unknown || strings.ContainsAny(zone, `/\\{`) {
			f.WarnAt(file.Token, reader.RulePodFile, "the server does not start if %s is no zone file; Corewarden did not read it", corefile.Quote(file.Text))
			return nil
		}
		if wrong, remedy := f.zoneText(zone, text); wrong != "" {
			return f.ErrorAt(file.Token, reader.RuleInvalidValue, "%s is not a zone file for %s: %s. %s", corefile.Quote(file.Text), corefile.Quote(zone), wrong, remedy)
		}
	}
	return nil
}

// zoneText returns what is wrong with a zone file, and the remedy, or "".
func (f *zoneFiles) zoneText(zone, text string) (wrong, remedy string) {
	parser := dns.NewZoneParser(strings.NewReader(text), zone, "")
	found := false
	for record, more := parser.Next(); more; record, more = parser.Next() {
		switch r := record.(type) {
		case *dns.SOA:
			switch {
			case dns.CanonicalName(r.Hdr.Name) != zone && f.Since("1.15.0"):
				return "its SOA is of " + corefile.Quote(r.Hdr.Name), "Write the SOA of the zone"
			case r.Serial == 0 && !found:
				return "its SOA has the serial 0", "Write a larger one"
			}
			found = true
		case *dns.NSEC3, *dns.NSEC3PARAM:
			return "CoreDNS serves no NSEC3", "Remove the record"
		}
	}
	if err := parser.Err(); err != nil {
		return strings.TrimPrefix(err.Error(), "dns: "), "Fix that line"
	}
	if !found {
		return "it has no SOA", "Add one"
	}
	return "", ""
}
