// Package query compares what corefile/query says of questions with what real servers do:
// a test starts them on written and generated configurations, with upstreams that tell who
// they are.
package query
