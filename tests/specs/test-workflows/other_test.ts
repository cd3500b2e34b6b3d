throw new Error("no test of workflows");
