"""Words that documents and tasks are made of; none of them says anything about a person."""

NOT_SECRET = "Thường"
SECRECIES = ("Mật", "Tối mật", "Tuyệt mật", "", "Lưu hành nội bộ")
"""What a source writes instead of «Thường»; an empty and an unknown one are refused as well."""

URGENCIES = ("Thường", "Khẩn", "Thượng khẩn", "Hỏa tốc")
URGENCY_SHARES = (0.93, 0.05, 0.015, 0.005)
FIELDS = (
    "Nội vụ",
    "Tài chính",
    "Nông nghiệp",
    "Giáo dục",
    "Y tế",
    "Đất đai",
    "Xây dựng",
    "Công Thương",
    "Tư pháp",
    "Văn hóa",
)
NOTATIONS = ("CV-VP", "TB-UBND", "KH-UBND", "QĐ-UBND", "BC-UBND", "TTr-STC", "CV-SNV", "GM-UBND")
ISSUERS = (
    "Văn phòng Chính phủ",
    "Bộ Nội vụ",
    "Bộ Tài chính",
    "Bộ Y tế",
    "Ủy ban nhân dân tỉnh",
    "Sở Nội vụ",
    "Sở Tài chính",
    "Sở Tư pháp",
    "Ủy ban nhân dân huyện",
    "Ủy ban nhân dân xã",
)
SUBJECTS = (
    "V/v triển khai kế hoạch công tác",
    "V/v báo cáo kết quả thực hiện nhiệm vụ",
    "V/v góp ý dự thảo nghị quyết",
    "Giấy mời họp giao ban",
    "Thông báo kết luận cuộc họp",
    "V/v tăng cường cải cách hành chính",
    "Quyết định phê duyệt dự toán",
    "Báo cáo tình hình kinh tế - xã hội",
)
WORK = (
    "Tham mưu ban hành kế hoạch",
    "Rà soát, báo cáo số liệu",
    "Xử lý kiến nghị của cử tri",
    "Thẩm định hồ sơ dự án",
    "Đôn đốc giải ngân vốn đầu tư công",
)
WAYS_IN = ("Trục liên thông", "Văn bản giấy", "Thư điện tử công vụ")
WAYS_IN_SHARES = (0.86, 0.11, 0.03)
PEOPLE = tuple(
    f"CANARY-HO-TEN {name}"
    for name in ("Nguyễn Văn A", "Trần Thị B", "Lê Văn C", "Phạm Thị D", "Hoàng Văn E")
)
PHONES = tuple(f"0999000{number:03}" for number in range(100))
REMINDERS = ("Nhắc nhở", "Phê bình", "Kiểm điểm")
