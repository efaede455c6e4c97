package node

import (
	"slices"
	"strings"
	"testing"
)

func TestRules(t *testing.T) {
	t.Parallel()
	var got []string
	for _, r := range rules([]string{"169.254.20.10"}, "53", "8080") {
		got = append(got, r.table+" "+r.chain+" "+strings.Join(r.args, " "))
	}
	const (
		untracked = " -j NOTRACK -m comment --comment NodeLocal DNS Cache: skip conntrack"
		allowed   = " -j ACCEPT -m comment --comment NodeLocal DNS Cache: allow DNS traffic"
	)
	want := []string{
		"raw PREROUTING -p tcp -d 169.254.20.10 --dport 53" + untracked,
		"raw PREROUTING -p udp -d 169.254.20.10 --dport 53" + untracked,
		"filter INPUT -p tcp -d 169.254.20.10 --dport 53" + allowed,
		"filter INPUT -p udp -d 169.254.20.10 --dport 53" + allowed,
		"raw OUTPUT -p tcp -s 169.254.20.10 --sport 53" + untracked,
		"raw OUTPUT -p udp -s 169.254.20.10 --sport 53" + untracked,
		"filter OUTPUT -p tcp -s 169.254.20.10 --sport 53" + allowed,
		"filter OUTPUT -p udp -s 169.254.20.10 --sport 53" + allowed,
		"raw OUTPUT -p tcp -d 169.254.20.10 --dport 53" + untracked,
		"raw OUTPUT -p udp -d 169.254.20.10 --dport 53" + untracked,
		"raw OUTPUT -p tcp -d 169.254.20.10 --dport 8080" + untracked,
		"raw OUTPUT -p tcp -s 169.254.20.10 --sport 8080" + untracked,
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the rules are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRulesAreForEachAddress(t *testing.T) {
	t.Parallel()
	one, two := rules([]string{"169.254.20.10"}, "53", "8080"), rules([]string{"169.254.20.10", "10.240.16.10"}, "53", "8080")
	if len(two) != 2*len(one) {
		t.Errorf("two addresses have %d rules, want twice %d", len(two), len(one))
	}
}
