"""Who works at the demo company: departments, teams, levels, and the seat each person holds."""

#: Region -> Chinese name, in the order they are shown.
REGIONS = {
    "East": "华东",
    "South": "华南",
    "North": "华北",
    "West": "西部",
    "Key accounts": "大客户部",
}
#: Team -> (region, Chinese name).
TEAMS = {
    "Shanghai": ("East", "上海组"),
    "Hangzhou": ("East", "杭州组"),
    "Guangzhou": ("South", "广州组"),
    "Shenzhen": ("South", "深圳组"),
    "Beijing": ("North", "北京组"),
    "Qingdao": ("North", "青岛组"),
    "Chengdu": ("West", "成都组"),
    "Chongqing": ("West", "重庆组"),
    "National accounts": ("Key accounts", "全国客户组"),
    "Industry accounts": ("Key accounts", "行业客户组"),
}
ROLES = {
    "Regional manager": "区域经理",
    "Sales manager": "销售经理",
    "Sales representative": "销售代表",
}
#: Level -> Chinese name, base pay and pay at target (currency per month).
LEVELS = {
    "Director": ("总监", 22_000.0, 14_000.0),
    "Manager": ("经理", 15_000.0, 12_000.0),
    "Senior": ("高级", 9_500.0, 8_000.0),
    "Regular": ("中级", 8_000.0, 6_000.0),
    "Junior": ("初级", 6_500.0, 4_000.0),
}
HEADS = {
    "East": ("Chen Guoping", "陈国平", "2014-03-03"),
    "South": ("Huang Zhiyuan", "黄志远", "2013-07-01"),
    "North": ("Sun Jianguo", "孙建国", "2012-09-03"),
    "West": ("Yang Hongmei", "杨红梅", "2017-01-09"),
    "Key accounts": ("Zheng Xiaoling", "郑晓玲", "2015-05-04"),
}
MANAGER = "Li Wei"  # the sales manager with ten key customers
#: Seats: name, Chinese name, team, from, until (empty: still there), stand-in before and after.
SEATS = (
    ("Li Wei", "李伟", "Shanghai", "2015-04-01", "", ""),
    ("Wang Fang", "王芳", "Shanghai", "2017-06-05", "", ""),
    ("Zhang Jing", "张静", "Shanghai", "2018-09-03", "", ""),
    ("Chen Jie", "陈杰", "Shanghai", "2021-03-01", "", "Wang Fang"),
    ("Zhou Tao", "周涛", "Shanghai", "2023-07-01", "", "Zhang Jing"),
    ("Zhao Lei", "赵磊", "Hangzhou", "2016-02-15", "", ""),
    ("Huang Ting", "黄婷", "Hangzhou", "2018-03-05", "", ""),
    ("Wu Gang", "吴刚", "Hangzhou", "2019-07-01", "", ""),
    ("Sun Hao", "孙浩", "Hangzhou", "2022-02-14", "", "Wu Gang"),
    ("Lin Feng", "林峰", "Guangzhou", "2014-10-08", "", ""),
    ("He Ping", "何萍", "Guangzhou", "2017-04-10", "", ""),
    ("Guo Liang", "郭亮", "Guangzhou", "2019-02-18", "", ""),
    ("Luo Bin", "罗斌", "Shenzhen", "2016-05-03", "", ""),
    ("Liang Yan", "梁燕", "Shenzhen", "2018-06-04", "", ""),
    ("Zhou Tao", "周涛", "Shenzhen", "2018-11-05", "2023-06-30", "Xie Jun"),
    ("Xie Jun", "谢军", "Shenzhen", "2023-06-12", "", "Liang Yan"),
    ("Deng Yu", "邓宇", "Shenzhen", "2021-09-01", "", "Luo Bin"),
    ("Gao Peng", "高鹏", "Beijing", "2015-08-03", "", ""),
    ("Tang Min", "唐敏", "Beijing", "2016-11-07", "", ""),
    ("Han Xue", "韩雪", "Beijing", "2019-03-11", "", ""),
    ("Feng Kai", "冯凯", "Beijing", "2018-01-08", "2023-11-30", "Tang Min"),
    ("Cao Ying", "曹颖", "Qingdao", "2017-02-06", "", ""),
    ("Peng Chao", "彭超", "Qingdao", "2018-05-07", "", ""),
    ("Zeng Hui", "曾慧", "Qingdao", "2021-06-01", "", "Peng Chao"),
    ("Xiao Rui", "肖锐", "Chengdu", "2016-09-05", "", ""),
    ("Tian Yuan", "田园", "Chengdu", "2018-08-06", "", ""),
    ("Dong Xin", "董欣", "Chengdu", "2019-05-06", "", ""),
    ("Pan Wen", "潘文", "Chongqing", "2017-10-09", "", ""),
    ("Yuan Bo", "袁博", "Chongqing", "2018-04-02", "2022-08-31", "Jiang Lan"),
    ("Jiang Lan", "蒋岚", "Chongqing", "2022-08-15", "", "Pan Wen"),
    ("Cai Yun", "蔡云", "Chongqing", "2019-06-03", "", ""),
    ("Yu Qiang", "余强", "National accounts", "2015-03-02", "", ""),
    ("Du Juan", "杜娟", "National accounts", "2017-07-03", "", ""),
    ("Ye Fan", "叶帆", "National accounts", "2019-01-07", "", ""),
    ("Cheng Shuo", "程硕", "National accounts", "2022-07-04", "", "Ye Fan"),
    ("Wei Dong", "魏东", "Industry accounts", "2016-06-06", "", ""),
    ("Su Qing", "苏青", "Industry accounts", "2018-10-08", "", ""),
    ("Jin Lu", "金璐", "Industry accounts", "2023-03-06", "", "Su Qing"),
    ("Fan Yi", "范毅", "Industry accounts", "2024-02-19", "", "Wei Dong"),
)
