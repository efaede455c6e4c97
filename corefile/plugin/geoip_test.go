package plugin_test

import "testing"

func TestGeoip(t *testing.T) {
	t.Parallel()
	runExamples(t, "geoip", []example{
		{text: "geoip /db.mmdb", want: "warning 1:7 pod-file"},
		{text: "geoip /db.mmdb {\nedns-subnet\n}", want: "warning 1:7 pod-file"},
		{text: "geoip", want: "1:1 wrong-arguments"},
		{text: "geoip /db.mmdb /other.mmdb", want: "1:16 wrong-arguments"},
		{text: "geoip \"\"", want: "1:7 invalid-value"},
		{text: "geoip /db.mmdb {\nedns\n}", want: "2:1 unknown-property; warning 1:7 pod-file"},
		{text: "geoip /db.mmdb\ngeoip /db.mmdb", want: "2:7 repeated-plugin"},
	})
}
